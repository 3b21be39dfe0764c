// SPDX-License-Identifier: Apache-2.0
#include "slice_cells.h"

#include <bit>

namespace slabscope::collector {

namespace {

// Lengths of 2^(class - 1) to 2^class - 1.
uint32_t classOf(uint64_t length) {
  return static_cast<uint32_t>(std::bit_width(length));
}

uint64_t cellOf(uint64_t offset, uint32_t length_class) {
  return length_class < 64 ? offset >> length_class : 0;
}

// Two cells may come to share a key: a slice tells where it belongs.
uint64_t keyOf(Slot store, uint32_t length_class, uint64_t cell) {
  constexpr uint64_t kSpread = 0x9E3779B97F4A7C15ULL;
  uint64_t key = (uint64_t{store} << 7 | length_class) * kSpread;
  key = (std::rotl(key, 32) ^ cell) * kSpread;
  return (key ^ key >> 32) | 1;
}

uint64_t keyOf(const LiveSlice& slice) {
  const uint32_t length_class = classOf(slice.length);
  return keyOf(slice.store, length_class, cellOf(slice.offset, length_class));
}

}  // namespace

void SliceCells::add(LiveStore& store, Slot slot) {
  LiveSlice& slice = slices_[slot];
  store.lengths |= uint64_t{1} << (classOf(slice.length) % 64);
  Slot& first = first_[keyOf(slice)];
  slice.previous_of_cell = 0;
  slice.next_of_cell = first;
  if (first != 0) slices_[first].previous_of_cell = slot;
  first = slot;
}

void SliceCells::remove(Slot slot) {
  const LiveSlice& slice = slices_[slot];
  if (slice.next_of_cell != 0) slices_[slice.next_of_cell].previous_of_cell = slice.previous_of_cell;
  if (slice.previous_of_cell != 0) {
    slices_[slice.previous_of_cell].next_of_cell = slice.next_of_cell;
  } else if (slice.next_of_cell != 0) {
    first_.set(keyOf(slice), slice.next_of_cell);
  } else {
    first_.erase(keyOf(slice));
  }
}

Slot SliceCells::smallestAround(const LiveStore& store, Slot of, uint64_t offset, uint64_t length) const {
  SmallestAround smallest(offset, length);
  const auto consider = [&](uint32_t length_class, uint64_t cell) {
    const Slot* first = first_.find(keyOf(of, length_class, cell));
    for (Slot slot = first != nullptr ? *first : 0; slot != 0; slot = slices_[slot].next_of_cell) {
      const LiveSlice& slice = slices_[slot];
      if (slice.store != of || classOf(slice.length) != length_class) continue;
      if (smallest.consider(slot, slice)) return;
    }
  };
  // What is found in one class is smaller than all in the next.
  for (uint32_t length_class = classOf(length); length_class <= 64 && smallest.found() == 0; ++length_class) {
    if ((store.lengths >> (length_class % 64) & 1) == 0) continue;
    const uint64_t cell = cellOf(offset, length_class);
    consider(length_class, cell);
    if (cell != 0) consider(length_class, cell - 1);
  }
  return smallest.found();
}

}  // namespace slabscope::collector
