// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/live_set.h"

#include <variant>

namespace slabscope::analysis {

using recording::SliceId;

void LiveSet::apply(const recording::Event& event) {
  std::visit([this](const auto& one) { apply(one); }, event);
}

void LiveSet::changeStores() {
  last_store_ = nullptr;
}

// Slices of one store mostly come, and go, one after the other.
LiveStore* LiveSet::storeOf(recording::StoreId id) {
  if (last_store_ == nullptr || last_ != id) {
    last_ = id;
    last_store_ = stores_.find(id);
  }
  return last_store_;
}

void LiveSet::apply(const recording::StoreAlloc& event) {
  changeStores();
  stores_.put(event.store, {.size = event.size,
                            .kind = kinds_ != nullptr ? kinds_->of(event) : event.kind,
                            .stack = event.stack,
                            .isolate = event.isolate,
                            .born = event.t,
                            .slices = 0,
                            .slice_bytes = 0});
  ++totals_.stores;
  totals_.store_bytes += event.size;
}

void LiveSet::apply(const recording::StoreFree& event) {
  const LiveStore* store = stores_.find(event.store);
  if (store == nullptr) return;
  --totals_.stores;
  totals_.store_bytes -= store->size;
  totals_.slices -= store->slices;
  totals_.slice_bytes -= store->slice_bytes;
  orphans_ += store->slices;
  changeStores();
  stores_.erase(event.store);
  forgetOrphans();
}

void LiveSet::apply(const recording::StoreResize& event) {
  LiveStore* store = stores_.find(event.store);
  if (store == nullptr) return;
  totals_.store_bytes += event.size - store->size;
  store->size = event.size;
}

void LiveSet::apply(const recording::StoreMove& event) {
  if (LiveStore* store = stores_.find(event.store)) store->isolate = event.isolate;
}

void LiveSet::apply(const recording::Slice& event) {
  LiveStore* store = storeOf(event.store);
  if (store == nullptr) return;
  addSlices(*store, {1, &event.t, &event.slice.value, &event.store.value, &event.parent.value, &event.offset,
                     &event.length, &event.isolate, &event.stack.value});
}

// All of one store.
void LiveSet::addSlices(LiveStore& store, const recording::SliceRun& run) {
  uint64_t bytes = 0;
  slices_.addAll(run.slice, run.count, [&](size_t i, LiveSlice& slice) {
    slice = {.store = {run.store[i]},
             .offset = run.offset[i],
             .length = run.length[i],
             .born = run.t[i],
             .stack = {run.stack[i]},
             .isolate = run.isolate[i] & 0x7FFF'FFFF,
             .is_view = run.parent[i] != 0};
    bytes += run.length[i];
  });
  store.slices += run.count;
  store.slice_bytes += bytes;
  totals_.slices += run.count;
  totals_.slice_bytes += bytes;
}

void LiveSet::apply(const recording::SliceRun& run) {
  for (size_t from = 0; from < run.count;) {
    size_t to = from + 1;
    while (to < run.count && run.store[to] == run.store[from]) ++to;
    if (LiveStore* store = storeOf({run.store[from]})) addSlices(*store, run.part(from, to - from));
    from = to;
  }
}

void LiveSet::removeFromStore(recording::StoreId id, uint64_t slices, uint64_t bytes) {
  if (LiveStore* store = storeOf(id)) {
    store->slices -= slices;
    store->slice_bytes -= bytes;
    totals_.slices -= slices;
    totals_.slice_bytes -= bytes;
  } else {
    orphans_ -= slices;
  }
}

void LiveSet::apply(const recording::SliceFree& event) {
  slices_.takeOut(event.slice,
                  [this](const LiveSlice& slice) { removeFromStore(slice.store, 1, slice.length); });
}

void LiveSet::apply(const recording::SliceFreeRun& run) {
  recording::StoreId store;
  uint64_t slices = 0;
  uint64_t bytes = 0;
  slices_.takeOutAll(run.slice, run.count, [&](const LiveSlice& slice) {
    if (slice.store != store) {
      if (slices != 0) removeFromStore(store, slices, bytes);
      store = slice.store;
      slices = bytes = 0;
    }
    ++slices;
    bytes += slice.length;
  });
  if (slices != 0) removeFromStore(store, slices, bytes);
}

void LiveSet::forgetSlices() {
  slices_ = {};
  orphans_ = 0;
}

// The death of a slice may never be told when its store dies first (a worker that is terminated). Clearing
// only when half of the table is such keeps the cost of a free constant.
void LiveSet::forgetOrphans() {
  if (orphans_ < 1024 || orphans_ < slices_.size() / 2) return;
  std::vector<SliceId> orphans;
  slices_.forEach([&](SliceId id, const LiveSlice& slice) {
    if (stores_.find(slice.store) == nullptr) orphans.push_back(id);
  });
  for (const SliceId id : orphans) slices_.erase(id);
  orphans_ = 0;
}

}  // namespace slabscope::analysis
