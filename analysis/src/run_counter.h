// SPDX-License-Identifier: Apache-2.0
// Counts what the comparison of runs tells, event by event; of each slab it remembers some fifty bytes.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "cut_sum.h"
#include "slab_families.h"
#include "slab_shares.h"
#include "slabscope/analysis/held_slabs.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/slab_table.h"

namespace slabscope::analysis {

/// Costs of a stack or a caller; surviving: what would be left had the collector just run, which keeps what
/// no full collection has judged yet only where there was none. More is held then with the others' garbage
/// gone: a slab is shared by fewer.
struct RunCosts {
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  uint64_t live = 0;
  uint64_t held = 0;
  uint64_t surviving_live = 0;
  uint64_t surviving_held = 0;

  bool isNothing() const { return allocations == 0 && bytes == 0 && held == 0; }
};

struct SlabSums {
  uint64_t slabs = 0;
  uint64_t size = 0;
  uint64_t live = 0;
  uint64_t dead = 0;
  uint64_t gaps = 0;
  uint64_t tail = 0;
  std::vector<double> utilisations;  ///< of each
  std::vector<double> live_of_each;

  void reserve(uint64_t count);
  /// `live_now` in place of the row's: what is not live any more is dead.
  void add(const SlabRow& row, uint64_t live_now);
};

struct RunSums {
  std::map<recording::FrameId, RunCosts> callers;  ///< by owner, each with a figure that is not 0
  RunCosts total;                                  ///< the sum of `callers`
  bool knows_garbage = false;                      ///< the main isolate has had a full collection
  Totals all;
  Totals surviving;
  Collections collections;      ///< of all kinds and isolates, from where allocations count
  uint64_t pool_slab_size = 0;  ///< the largest
  SlabSums slabs;
  SlabSums surviving_slabs;

  /// A slab that only slabTable() tells of; it is in neither of the sums.
  struct Unsure {
    recording::StoreId store;
    bool survives = false;
    uint64_t surviving_live = 0;
  };
  std::vector<Unsure> unsure;
};

class RunCounter {
 public:
  /// `scan` must outlive this. Allocations, their bytes and collections count from `from` on.
  RunCounter(const Scan& scan, recording::Nanoseconds from);

  // Each before its event, or run of slices, changes what is alive.
  template <class Other>
  void take(const Other& /*costs nothing*/, const LiveSet& /*live*/) {}
  void take(const recording::StoreAlloc& event, const LiveSet& live);
  void take(const recording::StoreFree& event, const LiveSet& live);
  void take(const recording::StoreResize& event, const LiveSet& live);
  void take(const recording::SliceRun& run, const LiveSet& live);
  void take(const recording::Gc& event, const LiveSet& live);

  /// At the instant itself.
  RunSums finish(const LiveSet& live);

 private:
  void count(recording::Nanoseconds t, recording::StackId stack, uint64_t allocations, uint64_t bytes) {
    if (t < from_) return;
    RunCosts& costs = of(stack);
    costs.allocations += allocations;
    costs.bytes += bytes;
  }
  RunCosts& of(recording::StackId stack) {
    if (stack.value >= costs_.size()) costs_.resize(scan_.definitions.stackCount() + 1);
    return costs_[stack.value];
  }
  CutSum* cutsOf(recording::StoreId slab);
  void takeView(CutSum& cuts, const recording::SliceRun& run, size_t i, const LiveSet& live);
  void addStore(recording::StoreId id, const LiveStore& store, const LiveSet& live, RunSums& sums);
  void addSlab(const LiveStore& slab, SlicesOfSlab slices, const LiveSet& live, RunSums& sums);
  void addRow(recording::StoreId id, const LiveStore& slab, const RunSums::Unsure& after, bool has_views,
              uint64_t live, RunSums& sums) const;
  void addCallers(RunSums& sums) const;

  const Scan& scan_;
  bool knows_slices_ = true;  // by the instant
  recording::Nanoseconds from_;
  Owners owners_;
  Collections collections_;
  std::vector<RunCosts> costs_;  // by stack id
  LiveTable<recording::StoreId, CutSum> cuts_;
  recording::StoreId last_;  // that was cut from
  CutSum* last_cuts_ = nullptr;
  YoungestSlabs youngest_;
  SlabShares shares_;
  std::vector<const LiveSlice*> left_;
};

}  // namespace slabscope::analysis
