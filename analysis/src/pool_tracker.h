// SPDX-License-Identifier: Apache-2.0
// Follows the pool's slabs through a recording and counts what bears on the facts. Verdicts come later.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "dead_ranges.h"
#include "pool_slab.h"
#include "slabscope/analysis/buffer_factory.h"
#include "slabscope/analysis/full_collections.h"
#include "slabscope/analysis/id_map.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/pool_facts.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

class PoolTracker {
 public:
  /// `scan` must outlive this.
  explicit PoolTracker(const Scan& scan);

  /// The next event; `retold`: it tells again of what was alive at the recording's beginning.
  void take(const recording::Event& event, bool retold);
  /// The instant Scan::end has come.
  void atEnd();
  /// After the last event: what was counted, without verdicts.
  PoolFacts finish();

 private:
  struct Store {
    RangeOfBytes addresses;
    recording::StoreKind kind = recording::StoreKind::kArrayBuffer;
  };
  struct IsolateState {
    recording::StoreId current;  // the slab that was cut last
    std::optional<recording::Nanoseconds> first_cut;
    std::unique_ptr<PoolSlab> gone;  // the current slab, freed before the pool cut from the next one
  };
  struct CallerState {  // the caller's newest cut
    recording::StoreId store;
    uint64_t cuts = 0;  // of the slab, this one included
    uint64_t end = 0;
  };

  template <class Other>
  void on(const Other& /*says nothing about the pool*/) {}
  void on(const recording::StoreAlloc& event);
  void on(const recording::StoreResize& event);
  void on(const recording::StoreFree& event);
  void on(const recording::Slice& event);
  void on(const recording::SliceFree& event);
  void on(const recording::Gc& event) { collections_.on(event); }

  void countStore(const recording::StoreAlloc& event, const Request& request);
  void countAddresses(const recording::StoreAlloc& event, const Request& request);
  void newSlab(const recording::StoreAlloc& event);
  /// A slab's figures go into the facts: it is freed, or the recording ends.
  void closeSlab(const PoolSlab& slab);

  void cut(PoolSlab& slab, const recording::Slice& event, const Request& request);
  bool isTrim(const PoolSlab& slab, const recording::Slice& event, const Request& request) const;
  void trim(PoolSlab& slab, const recording::Slice& event);
  void findRoom(PoolSlab& slab, const recording::Slice& event) const;
  void leaveFor(const PoolSlab& next, IsolateState& isolate, const recording::Slice& event,
                const Request& request);
  void leave(PoolSlab& slab, const PoolSlab& next, const recording::Slice& event, const Request& request);
  GapCause causeOfGap(const PoolSlab& slab, const recording::Slice& event, const Request& request) const;
  GapCause causeOfHole(recording::Nanoseconds from, recording::Nanoseconds until) const;
  void countGap(PoolSlab& slab, const recording::Slice& event, const Request& request);
  void countBackward(PoolSlab& slab, const recording::Slice& event);
  void countFactory(const recording::Slice& event, const Request& request);
  void countNeighbours(const PoolSlab& slab, const recording::Slice& event);
  void countThreads(const PoolSlab& slab, const recording::Slice& event);

  Example exampleOf(const recording::Slice& event) const;
  Example exampleOf(const recording::StoreAlloc& event) const;
  PoolSlab* slabOf(recording::StoreId id);
  std::vector<const PoolSlab*> slabsInOrder() const;
  void hold(const PoolSlab& slab);

  const Scan& scan_;
  Requests requests_;
  Owners owners_;
  FullCollections collections_;
  PoolFacts facts_;
  bool retold_ = false;
  IdMap<recording::StoreId, Store> stores_;
  IdMap<recording::StoreId, std::unique_ptr<PoolSlab>> slabs_;
  IdMap<recording::SliceId, PoolSlice> slices_;
  std::unordered_map<uint32_t, IsolateState> isolates_;
  std::vector<CallerState> callers_;  // by frame id
  DeadRanges dead_;
};

/// Fills in what follows from the counts.
void judge(PoolFacts& facts, const Scan& scan);

}  // namespace slabscope::analysis
