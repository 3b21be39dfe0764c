// SPDX-License-Identifier: Apache-2.0
#include "live_set.h"

#include <bit>
#include <utility>

namespace slabscope::collector {

namespace {

// The bits in which addresses differ come last, as FlatMap likes it.
uint64_t keyOf(uint64_t address) {
  return std::rotr(address, 4);
}

uint64_t keyOfIsolate(uint32_t isolate) {
  return uint64_t{isolate} + 1;
}

}  // namespace

Slot LiveSet::storeAt(uint64_t address) const {
  const Slot* found = address != 0 ? by_address_.find(keyOf(address)) : nullptr;
  return found != nullptr ? *found : 0;
}

Slot LiveSet::externalOf(uint64_t external) const {
  const Slot* found = external != 0 ? by_external_.find(external) : nullptr;
  return found != nullptr ? *found : 0;
}

Slot LiveSet::storeOfView(uint64_t address) const {
  if (Slot own = storeAt(address)) return own;
  auto externals = externals_at_.find(address);
  return externals != externals_at_.end() ? externals->second.back() : 0;
}

Slot LiveSet::addStore(const LiveStore& store) {
  Slot slot = stores_.add();
  stores_[slot] = store;
  if (store.external != 0) {
    by_external_.set(store.external, slot);
    externals_at_[store.address].push_back(slot);
  } else {
    by_address_.set(keyOf(store.address), slot);
  }
  return slot;
}

void LiveSet::removeStore(Slot slot) {
  const LiveStore& store = stores_[slot];
  if (store.external != 0) {
    by_external_.erase(store.external);
    auto externals = externals_at_.find(store.address);
    std::erase(externals->second, slot);
    if (externals->second.empty()) externals_at_.erase(externals);
  } else {
    by_address_.erase(keyOf(store.address));
  }
  stores_.remove(slot);
}

// Ids are used in the order of their numbers: neighbours share a cache line.
Slot& LiveSet::bucketOf(uint64_t wire_id) {
  constexpr uint64_t kLine = 16;
  const uint64_t line = ((wire_id / kLine) * 0x9E3779B97F4A7C15ULL) >> 32;
  return buckets_[(line * kLine + wire_id % kLine) & (buckets_.size() - 1)];
}

void LiveSet::growBuckets() {
  buckets_.assign(buckets_.empty() ? 64 : 2 * buckets_.size(), 0);
  for (Slot slot = 1; slot != slices_.end(); ++slot) {
    LiveSlice& slice = slices_[slot];
    if (slice.wire_id != 0) slice.next_of_bucket = std::exchange(bucketOf(slice.wire_id), slot);
  }
}

void LiveSet::removeFromBucket(Slot slot) {
  Slot* place = &bucketOf(slices_[slot].wire_id);
  while (*place != slot) place = &slices_[*place].next_of_bucket;
  *place = slices_[slot].next_of_bucket;
}

Slot LiveSet::sliceOf(uint64_t wire_id) {
  if (wire_id == 0 || buckets_.empty()) return 0;
  Slot slot = bucketOf(wire_id);
  while (slot != 0 && slices_[slot].wire_id != wire_id) slot = slices_[slot].next_of_bucket;
  return slot;
}

Slot LiveSet::addSlice(const LiveSlice& born) {
  if (slice_count_ == buckets_.size()) growBuckets();
  const Slot slot = slices_.add();
  LiveSlice& slice = slices_[slot];
  LiveStore& store = stores_[born.store];
  slice = born;
  slice.next_of_bucket = std::exchange(bucketOf(born.wire_id), slot);
  slice.next_of_store = std::exchange(store.first_slice, slot);
  if (slice.next_of_store != 0) slices_[slice.next_of_store].previous_of_store = slot;
  if (store.in_cells) cells_.add(store, slot);
  ++slice_count_;
  ++slice_counts_[keyOfIsolate(born.isolate)];
  return slot;
}

void LiveSet::removeSlice(Slot slot) {
  const LiveSlice slice = slices_[slot];
  LiveStore& store = stores_[slice.store];
  if (slice.previous_of_store != 0) {
    slices_[slice.previous_of_store].next_of_store = slice.next_of_store;
  } else {
    store.first_slice = slice.next_of_store;
  }
  if (slice.next_of_store != 0) slices_[slice.next_of_store].previous_of_store = slice.previous_of_store;
  if (store.newest_cut == slot) store.newest_cut = 0;
  if (store.in_cells) cells_.remove(slot);
  if (store.first_slice == 0) store.in_cells = false;
  removeFromBucket(slot);
  --slice_count_;
  size_t& of_isolate = slice_counts_[keyOfIsolate(slice.isolate)];
  if (--of_isolate == 0) slice_counts_.erase(keyOfIsolate(slice.isolate));
  slices_.remove(slot);
}

// The oldest first: where a cell has several, the youngest is to be found first.
void LiveSet::fillCells(Slot store) {
  LiveStore& filled = stores_[store];
  Slot oldest = filled.first_slice;
  while (Slot older = slices_[oldest].next_of_store) oldest = older;
  filled.in_cells = true;
  filled.lengths = 0;
  for (Slot slot = oldest; slot != 0; slot = slices_[slot].previous_of_store) cells_.add(filled, slot);
}

Slot LiveSet::smallestAround(Slot store, uint64_t offset, uint64_t length) {
  constexpr uint32_t kWorthCells = 32;
  if (stores_[store].in_cells) return cells_.smallestAround(stores_[store], store, offset, length);
  SmallestAround smallest(offset, length);
  uint32_t seen = 0;
  for (Slot slot = stores_[store].first_slice; slot != 0; slot = slices_[slot].next_of_store) {
    if (smallest.consider(slot, slices_[slot])) break;
    if (++seen == kWorthCells) {
      fillCells(store);
      return cells_.smallestAround(stores_[store], store, offset, length);
    }
  }
  return smallest.found();
}

std::vector<Slot> LiveSet::slicesOfIsolate(uint32_t isolate) const {
  std::vector<Slot> found;
  const size_t* count = slice_counts_.find(keyOfIsolate(isolate));
  if (count == nullptr) return found;
  for (Slot slot = 1; found.size() != *count; ++slot) {
    if (slices_[slot].wire_id != 0 && slices_[slot].isolate == isolate) found.push_back(slot);
  }
  return found;
}

}  // namespace slabscope::collector
