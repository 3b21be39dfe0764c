// SPDX-License-Identifier: Apache-2.0
#include "turnover_watch.h"

#include <algorithm>

#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

StoreTurnover& TurnoverWatch::of(recording::StackId stack) {
  const recording::FrameId owner = owners_.of(stack);
  if (owner.value >= by_owner_.size()) by_owner_.resize(owner.value + 1);
  StoreTurnover& turnover = by_owner_[owner.value];
  turnover.owner = owner;
  return turnover;
}

void TurnoverWatch::take(const recording::StoreAlloc& event, recording::StoreKind kind) {
  if (isSlab(kind)) return;
  ++of(event.stack).stores;
  allocated_bytes_ += event.size;
}

void TurnoverWatch::take(const recording::StoreResize& event, const LiveSet& live) {
  const LiveStore* store = live.stores().find(event.store);
  if (store != nullptr && !isSlab(store->kind) && event.size > store->size)
    allocated_bytes_ += event.size - store->size;
}

void TurnoverWatch::take(const recording::StoreFree& event, const LiveSet& live) {
  if (event.store == last_slab_) last_slab_ = {};
  const LiveStore* store = live.stores().find(event.store);
  if (store == nullptr || isSlab(store->kind) || event.teardown) return;
  if (!collections_.isTemporary(store->isolate, store->born)) return;
  StoreTurnover& turnover = of(store->stack);
  ++turnover.temporary;
  turnover.temporary_bytes += store->size;
}

void TurnoverWatch::take(const recording::SliceRun& run, const LiveSet& live) {
  for (size_t i = 0; i < run.count; ++i) {
    if (run.store[i] != last_slab_.value) {
      const LiveStore* store = live.stores().find({run.store[i]});
      if (store == nullptr || !isSlab(store->kind)) continue;
      last_slab_ = {run.store[i]};
    }
    allocated_bytes_ += run.parent[i] != 0 ? 0 : run.length[i];
  }
}

std::vector<StoreTurnover> TurnoverWatch::finish() const {
  std::vector<StoreTurnover> all;
  for (const StoreTurnover& one : by_owner_) {
    if (one.stores != 0) all.push_back(one);
  }
  std::stable_sort(all.begin(), all.end(), [](const StoreTurnover& a, const StoreTurnover& b) {
    return a.temporary_bytes > b.temporary_bytes;
  });
  return all;
}

}  // namespace slabscope::analysis
