// SPDX-License-Identifier: Apache-2.0
// A live store and a live slice, as the collector keeps them, and what they are kept in.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

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
  Slot rows = 0;         ///< its slices are in these SliceRows; 0 = in none
  recording::StoreKind kind = recording::StoreKind::kArrayBuffer;
  bool in_cells = false;  ///< its slices are in SliceCells
  uint64_t lengths = 0;   ///< there, a bit for each class of lengths
};

/// Each has a line of the cache to itself.
struct alignas(64) LiveSlice {
  uint64_t wire_id = 0;  ///< 0: this slot is free
  recording::SliceId id{};
  uint64_t offset = 0;
  uint64_t length = 0;
  Slot store = 0;
  uint32_t isolate = 0;
  Slot next_of_store = 0;
  Slot previous_of_store = 0;
  Slot next_of_bucket = 0;  ///< in the index of wire ids
  Slot next_of_cell = 0;    ///< in SliceCells, where the store is there
  Slot previous_of_cell = 0;
  bool from_string_fast = false;
  uint8_t row = 0;  ///< in SliceRows, where the store has some
};
static_assert(sizeof(LiveSlice) == 64);

/// Items that keep their place while others come and go.
template <class Item>
class SlotPool {
 public:
  Slot add(const Item& item) {
    if (vacant_.empty()) {
      if (used_ == chunks_.size() * kChunkItems) chunks_.push_back(std::make_unique<Chunk>());
      vacant_.push_back(static_cast<Slot>(++used_));
    }
    Slot slot = vacant_.back();
    vacant_.pop_back();
    (*this)[slot] = item;
    return slot;
  }
  /// What was there stays to be read until another takes its place.
  void remove(Slot slot) { vacant_.push_back(slot); }
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

}  // namespace slabscope::collector
