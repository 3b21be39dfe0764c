// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/held_slabs.h"

#include <algorithm>

#include "slabscope/analysis/id_map.h"

namespace slabscope::analysis {

using recording::SliceId;
using recording::StoreId;

uint64_t bytesUnder(SlicesOfSlab slices) {
  uint64_t bytes = 0;
  uint64_t covered = 0;  // everything below it has been counted
  for (const LiveSlice* slice : slices) {
    const uint64_t begin = std::max(slice->offset, covered);
    const uint64_t end = slice->offset + slice->length;
    if (end <= begin) continue;
    bytes += end - begin;
    covered = end;
  }
  return bytes;
}

// Each store knows how many slices it has: their places can be set aside before they are known.
HeldSlabs::HeldSlabs(const LiveSet& live) : live_(live) {
  IdMap<StoreId, uint32_t> places;  // in slabs_
  size_t all = 0;
  live.stores().forEach([&](StoreId id, const LiveStore& store) {
    if (!isSlab(store.kind) || store.slices == 0) return;
    places.put(id, static_cast<uint32_t>(slabs_.size()));
    slabs_.push_back({&store, all, all});
    all += store.slices;
  });
  slices_.resize(all);
  // Slices that follow each other are of one slab mostly.
  StoreId last;
  const uint32_t* place = nullptr;
  live.slices().forEach([&](SliceId, const LiveSlice& slice) {
    if (slice.store != last) {
      last = slice.store;
      place = places.find(last);
    }
    if (place != nullptr) slices_[slabs_[*place].end++] = &slice;
  });
  // Pools cut upwards, and slices come in the order of their birth.
  const auto comes_before = [](const LiveSlice* a, const LiveSlice* b) { return a->offset < b->offset; };
  for (const Held& held : slabs_) {
    const auto begin = slices_.begin() + static_cast<std::ptrdiff_t>(held.begin);
    const auto end = slices_.begin() + static_cast<std::ptrdiff_t>(held.end);
    if (!std::is_sorted(begin, end, comes_before)) std::stable_sort(begin, end, comes_before);
  }
}

}  // namespace slabscope::analysis
