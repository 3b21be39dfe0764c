// SPDX-License-Identifier: Apache-2.0
#include "live_set.h"

#include <bit>

namespace slabscope::collector {

namespace {

// The bits in which addresses differ come last, as FlatMap likes it.
uint64_t keyOf(uint64_t address) {
  return std::rotr(address, 4);
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
  Slot slot = stores_.add(store);
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

Slot LiveSet::sliceOf(uint64_t wire_id) const {
  const Slot* found = wire_id != 0 ? by_wire_id_.find(wire_id) : nullptr;
  return found != nullptr ? *found : 0;
}

Slot LiveSet::addSlice(const LiveSlice& slice) {
  Slot slot = slices_.add(slice);
  by_wire_id_.set(slice.wire_id, slot);
  ++slice_counts_[slice.isolate];
  LiveStore& store = stores_[slice.store];
  slices_[slot].previous_of_store = 0;
  slices_[slot].next_of_store = store.first_slice;
  if (store.first_slice != 0) slices_[store.first_slice].previous_of_store = slot;
  store.first_slice = slot;
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
  by_wire_id_.erase(slice.wire_id);
  const auto count = slice_counts_.find(slice.isolate);
  if (--count->second == 0) slice_counts_.erase(count);
  slices_.remove(slot);
}

Slot LiveSet::smallestAround(Slot store, uint64_t offset, uint64_t length) {
  Slot best = 0;
  for (Slot slot = stores_[store].first_slice; slot != 0; slot = slices_[slot].next_of_store) {
    const LiveSlice& slice = slices_[slot];
    // Both ends are inside the store, so that no sum overflows.
    if (slice.offset > offset || slice.offset + slice.length < offset + length) continue;
    // The list runs from the youngest to the oldest: an equal one that comes later is older.
    if (best == 0 || slice.length < slices_[best].length) best = slot;
  }
  return best;
}

std::vector<Slot> LiveSet::slicesOfIsolate(uint32_t isolate) const {
  std::vector<Slot> found;
  const auto count = slice_counts_.find(isolate);
  if (count == slice_counts_.end()) return found;
  for (Slot slot = 1; found.size() != count->second; ++slot) {
    if (slices_[slot].wire_id != 0 && slices_[slot].isolate == isolate) found.push_back(slot);
  }
  return found;
}

}  // namespace slabscope::collector
