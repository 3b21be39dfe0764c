// SPDX-License-Identifier: Apache-2.0
// Counts what each stack costs, event by event.
#pragma once

#include <limits>
#include <vector>

#include "collection_times.h"
#include "slabscope/analysis/held_slabs.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/stack_costs.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// Both ends belong to it.
struct TimesIncluded {
  recording::Nanoseconds from = 0;
  recording::Nanoseconds until = std::numeric_limits<recording::Nanoseconds>::max();

  bool has(recording::Nanoseconds t) const { return from <= t && t <= until; }
};

class CostCounter {
 public:
  /// `scan` must outlive this. Only what was allocated within the range counts as an allocation, and then its
  /// death too, whenever that was.
  explicit CostCounter(const Scan& scan, const TimesIncluded& range = {});

  // Each before its event changes what is alive.
  template <class Other>
  void take(const Other& /*costs nothing*/, const LiveSet& /*live*/) {}
  void take(const recording::StoreAlloc& event, const LiveSet& live);
  void take(const recording::StoreResize& event, const LiveSet& live);
  void take(const recording::StoreFree& event, const LiveSet& live);
  void take(const recording::Slice& event, const LiveSet& live);
  void take(const recording::SliceFree& event, const LiveSet& live);
  void take(const recording::Gc& event, const LiveSet& live);

  /// Takes the costs out of this.
  CostTable finish(const LiveSet& live);

 private:
  Costs& of(recording::StackId stack);
  void addLiveStores(const LiveSet& live, CostTable& table);
  void addSlabs(const LiveSet& live, CostTable& table);

  const Scan& scan_;
  const TimesIncluded range_;
  std::vector<Costs> costs_;  // by stack id
  CollectionTimes collections_;
};

}  // namespace slabscope::analysis
