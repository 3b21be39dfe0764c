// SPDX-License-Identifier: Apache-2.0
// The stores and slices that are alive at the moment that the recording has reached. All that the collector
// remembers about the past of a program is here and in the definitions; both are as large as what lives, not
// as what has lived.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "flat_map.h"
#include "live_slots.h"
#include "slice_cells.h"
#include "slice_rows.h"

namespace slabscope::collector {

class LiveSet {
 public:
  /// Leaves out external ones; 0 when no live store begins there.
  Slot storeAt(uint64_t address) const;
  /// 0 when there is no such external store alive.
  Slot externalOf(uint64_t external) const;
  /// The store that an ArrayBuffer at this address belongs to: of several external ones the youngest.
  Slot storeOfView(uint64_t address);
  /// `store.address` must not be 0; unless the store is external, no other that is not may begin there.
  Slot addStore(const LiveStore& store);
  /// The store must have no live slice any more.
  void removeStore(Slot slot);
  LiveStore& store(Slot slot) { return stores_[slot]; }
  const LiveStore& store(Slot slot) const { return stores_[slot]; }

  /// 0 when there is no such slice alive.
  Slot sliceOf(uint64_t wire_id);
  /// `wire_id` must not be 0 nor that of a live slice; `store` must be alive. Of the rest `id` is for the
  /// caller to fill in, later ones greater, and the links are not.
  Slot addSlice(const LiveSlice& born);
  void removeSlice(Slot slot);
  LiveSlice& slice(Slot slot) { return slices_[slot]; }
  const LiveSlice& slice(Slot slot) const { return slices_[slot]; }

  /// The smallest live slice of the store `of` that holds all of [offset, offset + length), the youngest of
  /// equals; 0 when none does.
  Slot smallestAround(Slot of, uint64_t offset, uint64_t length);
  /// Takes time only where there are any.
  std::vector<Slot> slicesOfIsolate(uint32_t isolate);

 private:
  Slot& bucketOf(uint64_t wire_id) {
    // Ids are used in the order of their numbers: neighbours share a cache line.
    constexpr uint64_t kLine = 16;
    const uint64_t line = ((wire_id / kLine) * 0x9E3779B97F4A7C15ULL) >> 32;
    return buckets_[(line * kLine + wire_id % kLine) & (buckets_.size() - 1)];
  }
  void count(uint32_t isolate);
  void forgetViewed(uint64_t address) {
    if (address == viewed_address_) viewed_address_ = viewed_store_ = 0;
  }
  void growBuckets();
  void removeFromBucket(Slot slot);
  template <class Visit>
  void forEachOf(const LiveStore& store, Visit&& visit);
  void fillRows(LiveStore& store);
  void addToRows(LiveStore& store, Slot slot);
  void dropRows(LiveStore& store);
  void fillCells(LiveStore& store);

  SlotPool<LiveStore> stores_;
  uint64_t viewed_address_ = 0;  ///< asked for last by storeOfView(); 0 once that may have another answer
  Slot viewed_store_ = 0;
  SlotPool<LiveSlice> slices_;
  SlotPool<SliceRows> rows_;
  FlatMap<Slot> by_address_;  ///< key: keyOf(address); no external ones
  FlatMap<Slot> by_external_;
  std::unordered_map<uint64_t, std::vector<Slot>> externals_at_;  ///< by address, the youngest last
  /// By wire id, the first of those that share a bucket: the rest follow by `next_of_bucket`. A table with
  /// the ids in it would take four times the memory for each slice, and be read before the slice.
  std::vector<Slot> buckets_;
  size_t slice_count_ = 0;
  SliceCells cells_{slices_};
  FlatMap<size_t> slice_counts_;  ///< by isolate, plus 1
  uint64_t counted_isolate_ = 0;  ///< plus 1; its slices are in `counted_`, and not in slice_counts_
  size_t counted_ = 0;
};

// Here, so that what its caller knows goes straight to its place: copied from where it was just put together
// it would be waited for.
inline Slot LiveSet::addSlice(const LiveSlice& born) {
  if (slice_count_ == buckets_.size()) growBuckets();
  const Slot slot = slices_.add(born);
  LiveSlice& slice = slices_[slot];
  LiveStore& store = stores_[born.store];
  slice.next_of_bucket = std::exchange(bucketOf(born.wire_id), slot);
  slice.next_of_store = std::exchange(store.first_slice, slot);
  if (slice.next_of_store != 0) slices_[slice.next_of_store].previous_of_store = slot;
  if (store.in_cells) {
    cells_.add(store, slot);
  } else if (store.rows != 0) {
    addToRows(store, slot);
  }
  ++slice_count_;
  count(born.isolate);
  ++counted_;
  return slot;
}

}  // namespace slabscope::collector
