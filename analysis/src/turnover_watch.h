// SPDX-License-Identifier: Apache-2.0
// Counts the stores that callers made and how many of them were soon dead.
#pragma once

#include <cstdint>
#include <vector>

#include "collection_times.h"
#include "slabscope/analysis/evidence.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/owners.h"

namespace slabscope::analysis {

class TurnoverWatch {
 public:
  /// `owners` must outlive this.
  explicit TurnoverWatch(const Owners& owners) : owners_(owners) {}

  // Each before its event, or run of slices, changes what is alive.
  void take(const recording::StoreAlloc& event, recording::StoreKind kind);
  void take(const recording::StoreResize& event, const LiveSet& live);
  void take(const recording::StoreFree& event, const LiveSet& live);
  void take(const recording::SliceRun& run, const LiveSet& live);
  void take(const recording::Gc& event) { collections_.take(event); }

  uint64_t allocatedBytes() const { return allocated_bytes_; }
  std::vector<StoreTurnover> finish() const;

 private:
  StoreTurnover& of(recording::StackId stack);

  const Owners& owners_;
  std::vector<StoreTurnover> by_owner_;  // by the owner's id
  uint64_t allocated_bytes_ = 0;
  recording::StoreId last_slab_;  // alive, and the latest that was cut from
  CollectionTimes collections_;
};

}  // namespace slabscope::analysis
