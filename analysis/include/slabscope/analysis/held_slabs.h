// SPDX-License-Identifier: Apache-2.0
// The slabs of a live set with the slices that hold them.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "slabscope/analysis/id_map.h"
#include "slabscope/analysis/live_set.h"

namespace slabscope::analysis {

/// Live slices of one slab, in the order of their offsets.
using SlicesOfSlab = std::span<const LiveSlice* const>;

/// The bytes under at least one of them.
uint64_t bytesUnder(SlicesOfSlab slices);

/// Puts slices together by their slabs. A pool fills one slab after the other, and each slab knows how many
/// slices it has: so only few wait for the rest of theirs, and a slab is visited while its slices are in the
/// processor's cache.
class SlabGatherer {
 public:
  /// Valid as long as nothing is applied to `live`, which must outlive this.
  explicit SlabGatherer(const LiveSet& live) : live_(live) {}

  /// Calls visit(slab, its live slices) where this one is the last of a slab.
  template <class Visit>
  void add(const LiveSlice& slice, Visit& visit) {
    if (slice.store != last_) turnTo(slice.store);
    if (slab_ == nullptr) return;
    slab_->slices.push_back(&slice);
    if (slab_->slices.size() == slab_->store->slices) finish(visit);
  }

 private:
  struct Slab {
    recording::StoreId id;
    const LiveStore* store = nullptr;
    std::vector<const LiveSlice*> slices{};  // so far
    bool waits = false;                      // is in waiting_
  };

  void turnTo(recording::StoreId id);
  Slab* begin(recording::StoreId id, const LiveStore& store);
  SlicesOfSlab inOrder();
  void close();

  template <class Visit>
  void finish(Visit& visit) {
    visit(*slab_->store, inOrder());
    close();
  }

  const LiveSet& live_;
  recording::StoreId last_;
  Slab* slab_ = nullptr;  // that of the last slice; null: it is of none
  std::deque<Slab> slabs_;
  std::vector<Slab*> free_;
  IdMap<recording::StoreId, Slab*> waiting_;  // that others came after
};

/// Calls visit(slab, its live slices) for every slab that has any, in no order.
template <class Visit>
void forEachHeldSlab(const LiveSet& live, Visit&& visit) {
  SlabGatherer gatherer(live);
  live.slices().forEach([&](recording::SliceId, const LiveSlice& slice) { gatherer.add(slice, visit); });
}

}  // namespace slabscope::analysis
