// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/live_set.h"

#include <variant>

namespace slabscope::analysis {

using recording::SliceId;

void LiveSet::apply(const recording::Event& event) {
  std::visit([this](const auto& one) { apply(one); }, event);
}

void LiveSet::apply(const recording::StoreAlloc& event) {
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
  LiveStore* store = stores_.find(event.store);
  if (store == nullptr) return;
  slices_.put(event.slice, {.store = event.store,
                            .offset = event.offset,
                            .length = event.length,
                            .born = event.t,
                            .stack = event.stack,
                            .isolate = event.isolate & 0x7FFF'FFFF,
                            .is_view = static_cast<bool>(event.parent)});
  ++store->slices;
  store->slice_bytes += event.length;
  ++totals_.slices;
  totals_.slice_bytes += event.length;
}

void LiveSet::apply(const recording::SliceFree& event) {
  const LiveSlice* slice = slices_.find(event.slice);
  if (slice == nullptr) return;
  if (LiveStore* store = stores_.find(slice->store)) {
    --store->slices;
    store->slice_bytes -= slice->length;
    --totals_.slices;
    totals_.slice_bytes -= slice->length;
  } else {
    --orphans_;
  }
  slices_.erase(event.slice);
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
