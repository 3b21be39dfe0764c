// SPDX-License-Identifier: Apache-2.0
#include "live_records.h"

#include <algorithm>
#include <utility>

#include "orphans.h"

namespace slabscope::recording {
namespace {

Nanoseconds timeOf(const LiveRecords::StateEvent& event) {
  return std::visit([](const auto& one) { return one.t; }, event);
}

}  // namespace

void LiveRecords::on(const StoreAlloc& event) {
  new_stores_.add(event, event.store.value);
  store_bytes_ += event.size;
}

void LiveRecords::on(const StoreFree& event) {
  const uint64_t id = event.store.value;
  if (new_stores_.has(id)) {
    if (const StoreAlloc* store = new_stores_.find(id)) store_bytes_ -= store->size;
    new_stores_.kill(id);
    return;
  }
  const std::optional<LiveStoreRecord> store = stores_.take(id);
  if (!store) return;
  store_bytes_ -= store->event.size;
  orphans_ += store->slices;
  forgetOrphans();
}

StoreAlloc* LiveRecords::storeToChange(uint64_t id) {
  if (new_stores_.has(id)) return new_stores_.find(id);
  LiveStoreRecord* store = stores_.findToChange(id);
  return store != nullptr ? &store->event : nullptr;
}

void LiveRecords::on(const StoreResize& event) {
  StoreAlloc* store = storeToChange(event.store.value);
  if (store == nullptr) return;
  store_bytes_ += event.size - store->size;
  store->size = event.size;
}

void LiveRecords::on(const StoreMove& event) {
  if (StoreAlloc* store = storeToChange(event.store.value)) store->isolate = event.isolate;
}

void LiveRecords::on(const StoreKindKnown& event) {
  if (StoreAlloc* store = storeToChange(event.store.value)) store->kind = event.kind;
}

void LiveRecords::onOld(const SliceFree& event) {
  const std::optional<Slice> slice = slices_.take(event.slice.value);
  if (!slice) return;
  if (LiveStoreRecord* store = stores_.findToChange(slice->store.value)) {
    --store->slices;
  } else {
    --orphans_;
  }
}

void LiveRecords::settle() {
  new_stores_.takeAll([&](const StoreAlloc& store) { stores_.add({store, 0}); });
  // One whose store has died is not alive any more. Mostly it is in the same as the one before.
  StoreId found;
  LiveStoreRecord* store = nullptr;
  new_slices_.takeAll([&](const Slice& slice) {
    if (slice.store != std::exchange(found, slice.store)) store = stores_.findToChange(slice.store.value);
    if (store == nullptr) return;
    ++store->slices;
    slices_.add(slice);
  });
}

void LiveRecords::on(const Gc& event) {
  if (event.kind != GcKind::kMarkCompact && event.kind != GcKind::kIncremental) return;
  Collections& of_isolate = collections_[event.isolate];
  if (event.kind == GcKind::kIncremental) {
    if (!of_isolate.marking_since) of_isolate.marking_since = event;
    return;
  }
  of_isolate.marking = std::exchange(of_isolate.marking_since, std::nullopt);
  of_isolate.full = event;
}

std::vector<LiveRecords::StateEvent> LiveRecords::state() const {
  std::vector<StateEvent> events;
  for (const auto& [isolate, start] : isolates_) events.emplace_back(start);
  for (const auto& [isolate, collections] : collections_) {
    for (const auto& one : {collections.marking, collections.full, collections.marking_since})
      if (one) events.emplace_back(*one);
  }
  if (paused_) events.emplace_back(*paused_);
  std::stable_sort(events.begin(), events.end(),
                   [](const StateEvent& a, const StateEvent& b) { return timeOf(a) < timeOf(b); });
  return events;
}

void LiveRecords::forgetOrphans() {
  if (!areManyOrphans(orphans_, slices_.size())) return;
  std::vector<SliceId> gone;
  for (size_t chunk = 0; chunk < slices_.chunkCount(); ++chunk) {
    slices_.forEachIn(chunk, [&](const Slice& slice) {
      if (stores_.find(slice.store.value) == nullptr) gone.push_back(slice.slice);
    });
  }
  for (const SliceId slice : gone) slices_.take(slice.value);
  orphans_ = 0;
}

}  // namespace slabscope::recording
