// SPDX-License-Identifier: Apache-2.0
// When the slices died that a collection finds dead, thousands in a row: a look at the clock for each would
// cost as much as the rest of telling it.
#pragma once

#include <cstdint>

#include "process.h"

namespace slabscope::preload {

/// Of one isolate, used by its thread alone. Zeroed memory is outside of a collection.
class DeathClock {
 public:
  void beginCollection() {
    collecting_ = true;
    told_ = 0;
  }
  void endCollection() { collecting_ = false; }

  /// As now(), but within a collection a few microseconds behind it at most: a look at the clock counts for
  /// the deaths that follow without anything between them.
  uint64_t tell() {
    if (!collecting_ || told_++ % kRun == 0) time_ = now();
    return time_;
  }

 private:
  static constexpr uint32_t kRun = 32;

  uint64_t time_;
  uint32_t told_;
  bool collecting_;
};

}  // namespace slabscope::preload
