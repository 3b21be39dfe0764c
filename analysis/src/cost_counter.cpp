// SPDX-License-Identifier: Apache-2.0
#include "cost_counter.h"

#include <algorithm>
#include <map>
#include <utility>

#include "slab_shares.h"
#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

using recording::StackId;

CostCounter::CostCounter(const Scan& scan, const TimesIncluded& range)
    : scan_(scan), range_(range), costs_(scan.definitions.stackCount() + 1) {}

CostTable CostCounter::finish(const LiveSet& live) {
  CostTable table;
  addLiveStores(live, table);
  addSlabs(live, table);
  for (uint32_t stack = 0; stack < costs_.size(); ++stack) {
    if (costs_[stack].isNothing()) continue;
    table.total += costs_[stack];
    table.stacks.push_back({StackId{stack}, std::move(costs_[stack])});
  }
  return table;
}

Costs& CostCounter::of(StackId stack) {
  return costs_[stack.value < costs_.size() ? stack.value : 0];
}

void CostCounter::take(const recording::StoreAlloc& event, const LiveSet& /*live*/) {
  if (!range_.has(event.t) || isSlab(scan_.kinds.of(event))) return;
  Costs& costs = of(event.stack);
  ++costs.allocations;
  costs.bytes += event.size;
  ++costs.own_stores;
  costs.own_store_bytes += event.size;
}

void CostCounter::take(const recording::StoreResize& event, const LiveSet& live) {
  if (!range_.has(event.t)) return;
  const LiveStore* store = live.stores().find(event.store);
  if (store != nullptr && !isSlab(store->kind) && event.size > store->size)
    of(store->stack).bytes += event.size - store->size;
}

void CostCounter::take(const recording::StoreFree& event, const LiveSet& live) {
  const LiveStore* store = live.stores().find(event.store);
  if (store == nullptr || isSlab(store->kind) || event.teardown || !range_.has(store->born)) return;
  Costs& costs = of(store->stack);
  costs.lifetimes.add(event.t - store->born);
  if (!collections_.isTemporary(store->isolate, store->born)) return;
  ++costs.temporary;
  costs.temporary_bytes += store->size;
  ++costs.temporary_stores;
  costs.temporary_store_bytes += store->size;
}

void CostCounter::take(const recording::Slice& event, const LiveSet& live) {
  if (!range_.has(event.t)) return;
  const LiveStore* store = live.stores().find(event.store);
  if (event.parent || store == nullptr || !isSlab(store->kind)) return;
  Costs& costs = of(event.stack);
  ++costs.allocations;
  costs.bytes += event.length;
}

void CostCounter::take(const recording::SliceFree& event, const LiveSet& live) {
  const LiveSlice* slice = live.findSlice(event.slice);
  if (slice == nullptr || slice->is_view || event.teardown || !range_.has(slice->born)) return;
  const LiveStore* store = live.stores().find(slice->store);
  if (store == nullptr || !isSlab(store->kind)) return;
  Costs& costs = of(slice->stack);
  costs.lifetimes.add(event.t - slice->born);
  if (!collections_.isTemporary(slice->isolate, slice->born)) return;
  ++costs.temporary;
  costs.temporary_bytes += slice->length;
}

void CostCounter::take(const recording::Gc& event, const LiveSet& /*live*/) {
  collections_.take(event);
}

void CostCounter::addLiveStores(const LiveSet& live, CostTable& table) {
  live.stores().forEach([&](recording::StoreId, const LiveStore& store) {
    if (isSlab(store.kind)) {
      if (store.slices == 0) table.unknown_held_bytes += store.size;
      return;
    }
    Costs& costs = of(store.stack);
    costs.live_bytes += store.size;
    costs.held_bytes += store.size;
  });
}

void CostCounter::addSlabs(const LiveSet& live, CostTable& table) {
  std::map<std::vector<StackId>, uint64_t> together;
  std::vector<StackId> stacks;
  SlabShares shares;
  forEachHeldSlab(live, [&](const LiveStore& slab, SlicesOfSlab slices) {
    stacks.clear();
    shares.share(slab.size, slices);
    for (const SlabShares::Share& share : shares.shares()) {
      Costs& costs = of(share.stack);
      costs.held_bytes += share.held;
      costs.live_bytes += share.live;
      costs.slab_held_bytes += share.held;
      costs.slab_live_bytes += share.live;
      stacks.push_back(share.stack);
    }
    std::sort(stacks.begin(), stacks.end());
    together[stacks] += slab.size;
  });
  for (const auto& [who, bytes] : together) table.together.push_back({who, bytes});
}

}  // namespace slabscope::analysis
