// SPDX-License-Identifier: Apache-2.0
// Follows what has survived a full collection, by caller, from one full collection of the main isolate to
// another.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "slabscope/analysis/evidence.h"
#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/owners.h"

namespace slabscope::analysis {

class GrowthWatch {
 public:
  /// Looks once in `stride` full collections. `owners` must outlive this.
  GrowthWatch(const Owners& owners, uint64_t stride) : owners_(owners), stride_(stride) {}

  /// Before a collection begins.
  void take(const recording::Gc& event, const LiveSet& live);
  /// At the instant itself, whose holdings are these.
  std::vector<Growth> finish(recording::Nanoseconds t, const Holdings& now);

 private:
  void add(recording::Nanoseconds t, const std::vector<SurvivingBytes>& survivors);

  const Owners& owners_;
  uint64_t stride_;
  uint64_t full_collections_ = 0;
  std::vector<recording::Nanoseconds> times_;
  std::vector<std::map<recording::FrameId, uint64_t>> bytes_;  // at each of the times
};

}  // namespace slabscope::analysis
