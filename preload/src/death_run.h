// SPDX-License-Identifier: Apache-2.0
// The slices that a collection finds dead, thousands in a row: told many at a time, with one time for all of
// them. A look at the clock for each, and a record, would cost most of what its death costs.
#pragma once

#include <cstdint>

#include "slabscope/wire/records.h"

namespace slabscope::preload {

/// Of one isolate, used by its thread alone. Zeroed memory is ready for the first.
class DeathRun {
 public:
  /// The slice has died; it is told with the ones that follow, or by end().
  void add(uint64_t slice);
  /// That was the last one of this collection.
  void end();

 private:
  void begin(uint64_t slice);

  uint32_t count_;
  uint64_t time_;  ///< of the first
  uint64_t first_;
  uint64_t last_;
  int32_t above_[wire::kMaxSliceDeaths - 1];  ///< each id less the one before
};

}  // namespace slabscope::preload
