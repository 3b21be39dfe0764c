// SPDX-License-Identifier: Apache-2.0
#include "cost_counter.h"

#include <utility>
#include <variant>

#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

using recording::GcKind;
using recording::Nanoseconds;
using recording::StackId;

CostCounter::CostCounter(const Scan& scan)
    : scan_(scan), live_(&scan.kinds), costs_(scan.definitions.stackCount() + 1) {}

void CostCounter::take(const recording::Event& event) {
  std::visit([this](const auto& one) { before(one); }, event);
  live_.apply(event);
}

CostTable CostCounter::finish() {
  CostTable table;
  addLiveStores(table);
  addSlabs(table);
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

void CostCounter::before(const recording::StoreAlloc& event) {
  if (isSlab(scan_.kinds.of(event))) return;
  Costs& costs = of(event.stack);
  ++costs.allocations;
  costs.bytes += event.size;
  ++costs.own_stores;
  costs.own_store_bytes += event.size;
}

void CostCounter::before(const recording::StoreResize& event) {
  const LiveStore* store = live_.stores().find(event.store);
  if (store != nullptr && !isSlab(store->kind) && event.size > store->size)
    of(store->stack).bytes += event.size - store->size;
}

void CostCounter::before(const recording::StoreFree& event) {
  const LiveStore* store = live_.stores().find(event.store);
  if (store == nullptr || isSlab(store->kind) || event.teardown) return;
  Costs& costs = of(store->stack);
  costs.lifetimes.add(event.t - store->born);
  if (!isTemporary(store->isolate, store->born)) return;
  ++costs.temporary;
  costs.temporary_bytes += store->size;
  ++costs.temporary_stores;
  costs.temporary_store_bytes += store->size;
}

void CostCounter::before(const recording::Slice& event) {
  const LiveStore* store = live_.stores().find(event.store);
  if (event.parent || store == nullptr || !isSlab(store->kind)) return;
  Costs& costs = of(event.stack);
  ++costs.allocations;
  costs.bytes += event.length;
}

void CostCounter::before(const recording::SliceFree& event) {
  const LiveSlice* slice = live_.findSlice(event.slice);
  if (slice == nullptr || slice->is_view || event.teardown) return;
  const LiveStore* store = live_.stores().find(slice->store);
  if (store == nullptr || !isSlab(store->kind)) return;
  Costs& costs = of(slice->stack);
  costs.lifetimes.add(event.t - slice->born);
  if (!isTemporary(slice->isolate, slice->born)) return;
  ++costs.temporary;
  costs.temporary_bytes += slice->length;
}

void CostCounter::before(const recording::Gc& event) {
  if (event.kind == GcKind::kIncremental || event.kind == GcKind::kWeak) return;
  const IsolateKey key{event.isolate + 1ULL};
  const Collections* known = collections_.find(key);
  collections_.put(key,
                   {event.t, known == nullptr ? 0 : known->last, known == nullptr ? 1 : known->count + 1});
}

bool CostCounter::isTemporary(uint32_t isolate, Nanoseconds born) const {
  const Collections* known = collections_.find({isolate + 1ULL});
  return known == nullptr || known->count < 2 || known->before <= born;
}

void CostCounter::addLiveStores(CostTable& table) {
  live_.stores().forEach([&](recording::StoreId, const LiveStore& store) {
    if (isSlab(store.kind)) {
      if (store.slices == 0) table.unknown_held_bytes += store.size;
      return;
    }
    Costs& costs = of(store.stack);
    costs.live_bytes += store.size;
    costs.held_bytes += store.size;
  });
}

void CostCounter::addSlabs(CostTable& table) {
  std::map<StackId, std::vector<RangeOfBytes>> ranges;
  std::map<std::vector<StackId>, uint64_t> together;
  std::vector<RangeOfBytes> all;
  std::vector<uint64_t> weights;
  std::vector<StackId> stacks;
  forEachHeldSlab(live_, [&](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    ranges.clear();
    all.clear();
    weights.clear();
    stacks.clear();
    for (const LiveSlice* slice : slices) {
      const RangeOfBytes range{slice->offset, slice->offset + slice->length};
      ranges[slice->stack].push_back(range);
      all.push_back(range);
    }
    for (auto& [stack, own] : ranges) weights.push_back(unionOf(own));
    const std::vector<uint64_t> held = shareOut(slab.size, weights);
    const std::vector<uint64_t> live = shareOut(unionOf(all), weights);
    size_t i = 0;
    for (const auto& [stack, own] : ranges) {
      Costs& costs = of(stack);
      costs.held_bytes += held[i];
      costs.live_bytes += live[i];
      costs.slab_held_bytes += held[i];
      costs.slab_live_bytes += live[i];
      stacks.push_back(stack);
      ++i;
    }
    together[stacks] += slab.size;
  });
  for (const auto& [who, bytes] : together) table.together.push_back({who, bytes});
}

}  // namespace slabscope::analysis
