// SPDX-License-Identifier: Apache-2.0
// The stores and slices that are alive at the moment that the recording has reached. All that the collector
// remembers about the past of a program is here and in the definitions; both are as large as what lives, not
// as what has lived.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "flat_map.h"
#include "slabscope/recording/model.h"

namespace slabscope::collector {

/// Index of a live store or slice, from 1; 0 = none. Used again after its death.
using Slot = uint32_t;

struct LiveStore {
  uint64_t address = 0;
  uint64_t size = 0;
  uint64_t born = 0;  ///< CLOCK_MONOTONIC
  recording::StoreId id;
  uint64_t cut_end = 0;   ///< where the furthest cut ends
  uint64_t external = 0;  ///< the shim's id of memory that others own; 0 = made by V8 or node's allocator
  uint32_t isolate = 0;
  uint32_t allocator = 0;
  Slot first_slice = 0;  ///< the youngest; the rest follow by `next_of_store`
  Slot newest_cut = 0;   ///< 0 once that slice is dead
  recording::StoreKind kind = recording::StoreKind::kArrayBuffer;
};

/// Each has a line of the cache to itself.
struct alignas(64) LiveSlice {
  uint64_t wire_id = 0;  ///< 0: this slot is free
  recording::SliceId id;
  uint64_t offset = 0;
  uint64_t length = 0;
  Slot store = 0;
  uint32_t isolate = 0;
  Slot next_of_store = 0;
  Slot previous_of_store = 0;
  Slot next_of_bucket = 0;  ///< in the index of wire ids
  bool from_string_fast = false;
};

/// Items that keep their place while others come and go.
template <class Item>
class SlotPool {
 public:
  /// The item is a new one.
  Slot add() {
    if (vacant_.empty()) {
      if (used_ == chunks_.size() * kChunkItems) chunks_.push_back(std::make_unique<Chunk>());
      vacant_.push_back(static_cast<Slot>(++used_));
    }
    Slot slot = vacant_.back();
    vacant_.pop_back();
    return slot;
  }
  void remove(Slot slot) {
    (*this)[slot] = Item{};
    vacant_.push_back(slot);
  }
  Item& operator[](Slot slot) { return (*chunks_[(slot - 1) / kChunkItems])[(slot - 1) % kChunkItems]; }
  const Item& operator[](Slot slot) const {
    return (*chunks_[(slot - 1) / kChunkItems])[(slot - 1) % kChunkItems];
  }
  /// One past the highest slot that was ever used.
  Slot end() const { return static_cast<Slot>(used_ + 1); }

 private:
  static constexpr size_t kChunkItems = 1024;
  using Chunk = std::array<Item, kChunkItems>;

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<Slot> vacant_;
  size_t used_ = 0;
};

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
  /// `wire_id` must not be 0 nor that of a live slice; `store` must be alive. The rest of the new slice is
  /// for the caller to fill in.
  Slot addSlice(uint64_t wire_id, Slot store, uint32_t isolate);
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

  SlotPool<LiveStore> stores_;
  SlotPool<LiveSlice> slices_;
  FlatMap<Slot> by_address_;  ///< key: keyOf(address); no external ones
  FlatMap<Slot> by_external_;
  std::unordered_map<uint64_t, std::vector<Slot>> externals_at_;  ///< by address, the youngest last
  /// By wire id, the first of those that share a bucket: the rest follow by `next_of_bucket`. A table with
  /// the ids in it would take four times the memory for each slice, and be read before the slice.
  std::vector<Slot> buckets_;
  size_t slice_count_ = 0;
  FlatMap<size_t> slice_counts_;  ///< by isolate, plus 1
};

}  // namespace slabscope::collector
