// SPDX-License-Identifier: Apache-2.0
// Finds what holds a place in a store with many slices, without a look at all of them. Slices are put into
// classes by length, and a class divides the store into cells that are longer than its slices: whatever holds
// a place begins in the cell of that place, or in the one before.
#pragma once

#include <cstdint>

#include "flat_map.h"
#include "live_slots.h"

namespace slabscope::collector {

/// The smallest slice that holds all of [offset, offset + length), the youngest of equals.
class SmallestAround {
 public:
  /// Both ends must lie inside of the store, so that no sum overflows.
  SmallestAround(uint64_t offset, uint64_t length) : offset_(offset), length_(length) {}

  /// Of equals in all the youngest must come first. True: none that comes later can be better.
  bool consider(Slot slot, const LiveSlice& slice) {
    if (slice.offset > offset_ || slice.offset + slice.length < offset_ + length_) return false;
    if (found_ != 0 && (slice.length > best_length_ || (slice.length == best_length_ && slice.id < best_id_)))
      return false;
    found_ = slot;
    best_length_ = slice.length;
    best_id_ = slice.id;
    return slice.length == length_;
  }
  /// 0 when none does.
  Slot found() const { return found_; }

 private:
  uint64_t offset_;
  uint64_t length_;
  Slot found_ = 0;
  uint64_t best_length_ = 0;
  recording::SliceId best_id_;
};

class SliceCells {
 public:
  /// `slices` must outlive this.
  explicit SliceCells(SlotPool<LiveSlice>& slices) : slices_(slices) {}
  SliceCells(const SliceCells&) = delete;
  SliceCells& operator=(const SliceCells&) = delete;

  /// The slice must be of that store, and younger than those of it that were added before.
  void add(LiveStore& store, Slot slot);
  void remove(Slot slot);
  /// Of the slices of `store`, whose slot is `of`, that were added; 0 when none does.
  Slot smallestAround(const LiveStore& store, Slot of, uint64_t offset, uint64_t length) const;

 private:
  SlotPool<LiveSlice>& slices_;
  FlatMap<Slot> first_;  ///< of each cell: the youngest, the others follow by `next_of_cell`
};

}  // namespace slabscope::collector
