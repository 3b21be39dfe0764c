// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/stack_costs.h"

#include <map>
#include <variant>

#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/slabs.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {
namespace {

using recording::StackId;

class Counter {
 public:
  explicit Counter(const Scan& scan)
      : scan_(scan), live_(&scan.kinds), costs_(scan.definitions.stackCount() + 1) {}

  void take(const recording::Event& event) {
    std::visit([this](const auto& one) { before(one); }, event);
    live_.apply(event);
  }

  CostTable finish() {
    CostTable table;
    addLiveStores(table);
    addSlabs();
    for (uint32_t stack = 0; stack < costs_.size(); ++stack) {
      const Costs& costs = costs_[stack];
      if (costs.allocations == 0 && costs.bytes == 0 && costs.held_bytes == 0) continue;
      table.stacks.push_back({StackId{stack}, costs});
      table.total.allocations += costs.allocations;
      table.total.bytes += costs.bytes;
      table.total.live_bytes += costs.live_bytes;
      table.total.held_bytes += costs.held_bytes;
    }
    return table;
  }

 private:
  Costs& of(StackId stack) { return costs_[stack.value < costs_.size() ? stack.value : 0]; }

  template <class Other>
  void before(const Other& /*costs nothing*/) {}

  void before(const recording::StoreAlloc& event) {
    if (isSlab(scan_.kinds.of(event))) return;
    Costs& costs = of(event.stack);
    ++costs.allocations;
    costs.bytes += event.size;
  }

  void before(const recording::StoreResize& event) {
    const LiveStore* store = live_.stores().find(event.store);
    if (store != nullptr && !isSlab(store->kind) && event.size > store->size)
      of(store->stack).bytes += event.size - store->size;
  }

  void before(const recording::Slice& event) {
    const LiveStore* store = live_.stores().find(event.store);
    if (event.parent || store == nullptr || !isSlab(store->kind)) return;
    Costs& costs = of(event.stack);
    ++costs.allocations;
    costs.bytes += event.length;
  }

  void addLiveStores(CostTable& table) {
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

  void addSlabs() {
    std::map<StackId, std::vector<RangeOfBytes>> ranges;
    std::vector<RangeOfBytes> all;
    std::vector<uint64_t> weights;
    forEachHeldSlab(live_, [&](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
      ranges.clear();
      all.clear();
      weights.clear();
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
        ++i;
      }
    });
  }

  const Scan& scan_;
  LiveSet live_;
  std::vector<Costs> costs_;  // by stack id
};

}  // namespace

Result<CostTable> stackCosts(const Scan& scan, const Instant& at, const Progress& progress) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  Counter counter(scan);
  uint64_t seen = 0;
  bool reached = false;
  recording::Batch batch;
  // A file that is still being written has grown since the scan: its kinds and definitions would be missing.
  for (uint64_t i = 0; i < scan.batches && !reached && reader->next(batch); ++i) {
    for (const recording::Event& event : batch.events) {
      const auto t = std::visit([](const auto& one) { return one.t; }, event);
      reached = !at.includes(seen, t);
      if (reached) break;
      counter.take(event);
      ++seen;
    }
    if (progress) progress(seen);
  }
  return counter.finish();
}

}  // namespace slabscope::analysis
