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

Slot LiveSet::storeOfView(uint64_t address) {
  if (address == viewed_address_) return viewed_store_;
  Slot store = storeAt(address);
  if (auto externals = externals_at_.find(address); store == 0 && externals != externals_at_.end())
    store = externals->second.back();
  viewed_address_ = address;
  viewed_store_ = store;
  return store;
}

Slot LiveSet::addStore(const LiveStore& store) {
  const Slot slot = stores_.add(store);
  forgetViewed(store.address);
  if (store.external != 0) {
    by_external_.set(store.external, slot);
    externals_at_[store.address].push_back(slot);
  } else {
    by_address_.set(keyOf(store.address), slot);
  }
  return slot;
}

void LiveSet::removeStore(Slot slot) {
  LiveStore& store = stores_[slot];
  forgetViewed(store.address);
  if (store.external != 0) {
    by_external_.erase(store.external);
    auto externals = externals_at_.find(store.address);
    std::erase(externals->second, slot);
    if (externals->second.empty()) externals_at_.erase(externals);
  } else {
    by_address_.erase(keyOf(store.address));
  }
  dropRows(store);
  stores_.remove(slot);
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

// Mostly one isolate is busy: its count is at hand.
void LiveSet::count(uint32_t isolate) {
  const uint64_t key = keyOfIsolate(isolate);
  if (key == counted_isolate_) return;
  if (counted_ != 0) slice_counts_.set(counted_isolate_, counted_);
  const size_t* known = slice_counts_.find(key);
  counted_ = known != nullptr ? *known : 0;
  if (known != nullptr) slice_counts_.erase(key);
  counted_isolate_ = key;
}

void LiveSet::removeSlice(Slot slot) {
  LiveSlice& slice = slices_[slot];
  LiveStore& store = stores_[slice.store];
  if (slice.previous_of_store != 0) {
    slices_[slice.previous_of_store].next_of_store = slice.next_of_store;
  } else {
    store.first_slice = slice.next_of_store;
  }
  if (slice.next_of_store != 0) slices_[slice.next_of_store].previous_of_store = slice.previous_of_store;
  if (store.newest_cut == slot) store.newest_cut = 0;
  if (store.rows != 0) rows_[store.rows].remove(slice.row);
  if (store.in_cells) cells_.remove(slot);
  if (store.first_slice == 0) store.in_cells = false;
  removeFromBucket(slot);
  --slice_count_;
  count(slice.isolate);
  --counted_;
  slice.wire_id = 0;
  slices_.remove(slot);
}

// The oldest first, as it is in rows and cells.
template <class Visit>
void LiveSet::forEachOf(const LiveStore& store, Visit&& visit) {
  Slot oldest = store.first_slice;
  while (Slot older = slices_[oldest].next_of_store) oldest = older;
  for (Slot slot = oldest; slot != 0; slot = slices_[slot].previous_of_store) visit(slot);
}

void LiveSet::fillRows(LiveStore& store) {
  store.rows = rows_.add({});
  forEachOf(store, [&](Slot slot) {
    if (store.rows != 0) addToRows(store, slot);
  });
}

// Or to cells: rows that have to be tidied again and again would cost more.
void LiveSet::addToRows(LiveStore& store, Slot slot) {
  LiveSlice& slice = slices_[slot];
  SliceRows& rows = rows_[store.rows];
  if (rows.isFull() && rows.count() <= SliceRows::kRows / 2)
    rows.tidy([&](Slot moved, uint8_t row) { slices_[moved].row = row; });
  if (rows.isFull() || !SliceRows::canHold(slice.offset + slice.length)) return fillCells(store);
  slice.row = rows.add(slot, slice.offset, slice.length);
}

void LiveSet::dropRows(LiveStore& store) {
  if (store.rows != 0) rows_.remove(std::exchange(store.rows, 0));
}

void LiveSet::fillCells(LiveStore& store) {
  dropRows(store);
  store.in_cells = true;
  store.lengths = 0;
  forEachOf(store, [&](Slot slot) { cells_.add(store, slot); });
}

// Most stores have few slices, and many are never asked: these need no room for rows, nor a hash table.
Slot LiveSet::smallestAround(Slot of, uint64_t offset, uint64_t length) {
  constexpr uint32_t kWorthRows = 8;
  LiveStore& store = stores_[of];
  if (store.rows != 0) return rows_[store.rows].smallestAround(offset, length);
  if (store.in_cells) return cells_.smallestAround(store, of, offset, length);
  SmallestAround smallest(offset, length);
  uint32_t seen = 0;
  for (Slot slot = store.first_slice; slot != 0; slot = slices_[slot].next_of_store) {
    if (smallest.consider(slot, slices_[slot])) break;
    if (++seen < kWorthRows) continue;
    fillRows(store);
    return smallestAround(of, offset, length);
  }
  return smallest.found();
}

std::vector<Slot> LiveSet::slicesOfIsolate(uint32_t isolate) {
  std::vector<Slot> found;
  count(isolate);
  for (Slot slot = 1; found.size() != counted_; ++slot) {
    if (slices_[slot].wire_id != 0 && slices_[slot].isolate == isolate) found.push_back(slot);
  }
  return found;
}

}  // namespace slabscope::collector
