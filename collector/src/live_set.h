// SPDX-License-Identifier: Apache-2.0
// The stores and slices that are alive at the moment that the recording has reached. All that the collector
// remembers about the past of a program is here and in the definitions; both are as large as what lives, not
// as what has lived.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "flat_map.h"
#include "live_slots.h"
#include "slice_cells.h"

namespace slabscope::collector {

class LiveSet {
 public:
  /// Leaves out external ones; 0 when no live store begins there.
  Slot storeAt(uint64_t address) const;
  /// 0 when there is no such external store alive.
  Slot externalOf(uint64_t external) const;
  /// The store that an ArrayBuffer at this address belongs to: of several external ones the youngest.
  Slot storeOfView(uint64_t address) const;
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

  /// The smallest live slice of the store that holds all of [offset, offset + length), the youngest of
  /// equals; 0 when none does.
  Slot smallestAround(Slot store, uint64_t offset, uint64_t length);
  /// Takes time only where there are any.
  std::vector<Slot> slicesOfIsolate(uint32_t isolate) const;

 private:
  Slot& bucketOf(uint64_t wire_id);
  void growBuckets();
  void removeFromBucket(Slot slot);
  void fillCells(Slot store);

  SlotPool<LiveStore> stores_;
  SlotPool<LiveSlice> slices_;
  FlatMap<Slot> by_address_;  ///< key: keyOf(address); no external ones
  FlatMap<Slot> by_external_;
  std::unordered_map<uint64_t, std::vector<Slot>> externals_at_;  ///< by address, the youngest last
  /// By wire id, the first of those that share a bucket: the rest follow by `next_of_bucket`. A table with
  /// the ids in it would take four times the memory for each slice, and be read before the slice.
  std::vector<Slot> buckets_;
  size_t slice_count_ = 0;
  SliceCells cells_{slices_};
  FlatMap<size_t> slice_counts_;  ///< by isolate, plus 1
};

}  // namespace slabscope::collector
