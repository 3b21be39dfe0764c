// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/held_slabs.h"

#include <algorithm>

namespace slabscope::analysis {

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

void SlabGatherer::turnTo(StoreId id) {
  if (slab_ != nullptr && !slab_->waits) {
    slab_->waits = true;
    waiting_.put(slab_->id, slab_);
  }
  last_ = id;
  Slab* const* found = waiting_.find(id);
  if (found != nullptr) {
    slab_ = *found;
    return;
  }
  const LiveStore* store = live_.stores().find(id);
  slab_ = store != nullptr && isSlab(store->kind) ? begin(id, *store) : nullptr;
}

SlabGatherer::Slab* SlabGatherer::begin(StoreId id, const LiveStore& store) {
  if (free_.empty()) free_.push_back(&slabs_.emplace_back());
  Slab* slab = free_.back();
  free_.pop_back();
  slab->id = id;
  slab->store = &store;
  return slab;
}

// Pools cut upwards, and slices come in the order of their birth.
SlicesOfSlab SlabGatherer::inOrder() {
  std::vector<const LiveSlice*>& slices = slab_->slices;
  const auto comes_before = [](const LiveSlice* a, const LiveSlice* b) { return a->offset < b->offset; };
  if (!std::is_sorted(slices.begin(), slices.end(), comes_before))
    std::stable_sort(slices.begin(), slices.end(), comes_before);
  return slices;
}

void SlabGatherer::close() {
  if (slab_->waits) waiting_.erase(slab_->id);
  slab_->waits = false;
  slab_->slices.clear();
  free_.push_back(slab_);
  slab_ = nullptr;
}

}  // namespace slabscope::analysis
