// SPDX-License-Identifier: Apache-2.0
#include "pool_tracker.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "slabscope/analysis/pool_size.h"

namespace slabscope::analysis {

using recording::SliceId;
using recording::StoreId;
using recording::StoreKind;

namespace {

constexpr uint64_t kRoom = 64;  // from Node 26.8 on a slab is so much larger than the pool

void count(recording::Tally& tally, uint64_t bytes) {
  ++tally.count;
  tally.bytes += bytes;
}

RangeOfBytes addressesOf(const recording::StoreAlloc& event) {
  const bool known = event.address != 0 && event.size <= std::numeric_limits<uint64_t>::max() - event.address;
  // What a store that grows in place had goes back to the system, and comes back cleared.
  if (!known || recording::growsInPlace(event.kind)) return {};
  return {event.address, event.address + event.size};
}

}  // namespace

PoolTracker::PoolTracker(const Scan& scan)
    : scan_(scan),
      requests_(scan.definitions),
      owners_(scan.definitions),
      callers_(scan.definitions.frameCount() + 1) {
  facts_.size.told = poolSizeOf(scan.definitions);
  facts_.threshold.threshold = facts_.size.told.value_or(0) / 2;
  facts_.old_data.zeroed = recording::isZeroFilled(scan.header.argv);
}

void PoolTracker::take(const recording::Event& event, bool retold) {
  retold_ = retold;
  std::visit([this](const auto& one) { on(one); }, event);
}

void PoolTracker::on(const recording::StoreAlloc& event) {
  const StoreKind kind = scan_.kinds.of(event);
  const Request request = requests_.of(event.stack);
  countAddresses(event, request);
  stores_.put(event.store, {addressesOf(event), kind});
  if (kind == StoreKind::kPool) {
    newSlab(event);
  } else if (!retold_) {
    countStore(event, request);
  }
}

void PoolTracker::countAddresses(const recording::StoreAlloc& event, const Request& request) {
  OldDataFact& fact = facts_.old_data;
  const bool could_be = !dead_.empty();
  const DeadRanges::Overlap overlap = dead_.take(addressesOf(event));
  const bool is_slab = scan_.kinds.of(event) == StoreKind::kPool;
  const bool is_unsafe =
      request.factory == Factory::kAllocUnsafe || request.factory == Factory::kAllocUnsafeSlow;
  if (!could_be || retold_ || event.address == 0 || !(is_slab || is_unsafe)) return;
  count(is_slab ? fact.slabs : fact.unsafe, event.size);
  if (overlap.bytes == 0) return;
  count(is_slab ? fact.reused : fact.reused_unsafe, overlap.bytes);
  if (!is_slab || fact.example) return;
  fact.example = exampleOf(event);
  fact.earlier = overlap.owner.store;
  fact.earlier_died = overlap.owner.died;
}

void PoolTracker::countStore(const recording::StoreAlloc& event, const Request& request) {
  if (request.factory == Factory::kUnknown) return;
  FactoryFigures& figures = facts_.threshold.factories.at(static_cast<size_t>(request.factory));
  if (figures.stores.count == 0 || event.size < figures.smallest_store) figures.smallest_store = event.size;
  figures.largest_store = std::max(figures.largest_store, event.size);
  count(figures.stores, event.size);
  if (request.factory == Factory::kAlloc) {
    if (!facts_.alloc.store || event.size < facts_.alloc.store->length) facts_.alloc.store = exampleOf(event);
    return;
  }
  if (std::find(kPooledFactories.begin(), kPooledFactories.end(), request.factory) == kPooledFactories.end())
    return;
  ThresholdFact& fact = facts_.threshold;
  if (!fact.smallest_store || event.size < fact.smallest_store->length)
    fact.smallest_store = exampleOf(event);
  if (event.size >= fact.threshold) return;
  ++fact.small_stores;
  if (request.factory == Factory::kFromString) ++fact.small_string_stores;
  if (!fact.exception) fact.exception = exampleOf(event);
}

void PoolTracker::newSlab(const recording::StoreAlloc& event) {
  auto slab = std::make_unique<PoolSlab>();
  slab->id = event.store;
  slab->isolate = event.isolate;
  slab->born = event.t;
  slab->address = event.address;
  slab->size = event.size;
  slab->told_again = retold_;
  const uint64_t told = facts_.size.told.value_or(event.size);
  if (event.size == told + kRoom) {
    slab->room = kRoom;
    slab->base = (kRoom - event.address % kRoom) % kRoom;
    facts_.size.room = slab->room;
  }
  ++facts_.size.slabs[event.size];
  if (!facts_.size.example) facts_.size.example = exampleOf(event);
  slabs_.put(event.store, std::move(slab));
}

void PoolTracker::on(const recording::StoreResize& event) {
  PoolSlab* slab = slabOf(event.store);
  if (slab == nullptr) return;
  WholeFact& fact = facts_.whole;
  if (event.size < slab->size) {
    ++fact.shrunk;
    if (!fact.exception)
      fact.exception = Example{slab->id, slab->isolate, event.size, slab->size - event.size, event.t, {}};
  }
  slab->whole = false;
  slab->size = event.size;
}

void PoolTracker::on(const recording::StoreFree& event) {
  const Store* store = stores_.find(event.store);
  if (store == nullptr) return;
  if (store->addresses.begin < store->addresses.end) dead_.add(store->addresses, {event.store, event.t});
  stores_.erase(event.store);
  PoolSlab* slab = slabOf(event.store);
  if (slab == nullptr) return;
  if (!event.teardown) {
    WholeFact& fact = facts_.whole;
    count(fact.freed, slab->size);
    const Example place{slab->id, slab->isolate, 0, slab->size, event.t, {}};
    if (!fact.example) fact.example = place;
    if (!slab->live.empty()) {
      ++fact.freed_in_use;
      if (!fact.exception) fact.exception = place;
    }
  }
  for (const SliceId slice : slab->live) slices_.erase(slice);
  IsolateState& isolate = isolates_[slab->last_isolate];
  if (!slab->left && isolate.current == slab->id && !event.teardown) {
    isolate.gone = std::move(*slabs_.find(event.store));
  } else {
    closeSlab(*slab);
  }
  slabs_.erase(event.store);
}

void PoolTracker::closeSlab(const PoolSlab& slab) {
  if (const uint64_t cuts = slab.cuts - slab.told_cuts; cuts != 0) {
    ++facts_.sharing.slabs;
    facts_.sharing.most = std::max(facts_.sharing.most, cuts);
    if (cuts > 1) ++facts_.sharing.shared;
  }
  if (!slab.left) return;
  CostFact& fact = facts_.cost;
  if (!slab.whole || slab.told_again || slab.end > slab.poolEnd()) {
    ++fact.not_whole;
    return;
  }
  const uint64_t tail = slab.poolEnd() - std::min(slab.end, slab.poolEnd());
  for (FillFigures* fill : {&fact.all, &fact.by_factory.at(static_cast<size_t>(slab.left->factory))}) {
    ++fill->slabs;
    fill->bytes += slab.size;
    fill->cut += slab.cut_bytes;
    fill->padding += slab.padding;
    fill->aligned += slab.aligned;
    fill->room += slab.room;
    count(fill->tails.at(static_cast<size_t>(slab.left->cause)), tail);
  }
  if (fact.example && tail <= fact.left_tail) return;
  fact.example = slab.left->request;
  fact.left = slab.id;
  fact.left_tail = tail;
}

void PoolTracker::on(const recording::SliceFree& event) {
  const PoolSlice* slice = slices_.find(event.slice);
  if (slice == nullptr) return;
  PoolSlab* slab = slabOf(slice->store);
  if (slab != nullptr) {
    if (slice->is_cut) ++slab->dead_cuts;
    const size_t place = slice->place;
    slab->live[place] = slab->live.back();
    slab->live.pop_back();
    if (place < slab->live.size()) slices_.find(slab->live[place])->place = place;
  }
  slices_.erase(event.slice);
}

void PoolTracker::hold(const PoolSlab& slab) {
  HeldFact& fact = facts_.held;
  if (!slab.left) return;
  if (slab.live.empty()) return count(fact.empty, slab.size);
  std::vector<RangeOfBytes> ranges;
  ranges.reserve(slab.live.size());
  bool old = false;
  for (const SliceId id : slab.live) {
    const PoolSlice& slice = *slices_.find(id);
    ranges.push_back(slice.range);
    old |= collections_.hasSurvived(slice.isolate, slice.born);
  }
  const uint64_t live = unionOf(ranges);
  const bool smallest = !fact.example || live < fact.smallest;
  count(fact.slabs, slab.size);
  if (old) count(fact.old, slab.size);
  fact.live += live;
  const auto below =
      std::find_if(HeldFact::kPercent.begin(), HeldFact::kPercent.end(), [&](uint64_t percent) {
        return static_cast<double>(live) * 100 <
               static_cast<double>(percent) * static_cast<double>(slab.size);
      });
  ++fact.by_percent.at(static_cast<size_t>(below - HeldFact::kPercent.begin()));
  if (!smallest) return;
  const PoolSlice& slice = *slices_.find(slab.live.front());
  fact.smallest = live;
  fact.example_size = slab.size;
  fact.example =
      Example{slab.id,    slice.isolate,          slice.range.begin, slice.range.end - slice.range.begin,
              slice.born, owners_.of(slice.stack)};
}

void PoolTracker::atEnd() {
  for (const PoolSlab* slab : slabsInOrder()) hold(*slab);
}

// By id, so that the same recording always gives the same examples.
std::vector<const PoolSlab*> PoolTracker::slabsInOrder() const {
  std::vector<const PoolSlab*> slabs;
  slabs_.forEach([&](StoreId, const std::unique_ptr<PoolSlab>& slab) { slabs.push_back(slab.get()); });
  std::sort(slabs.begin(), slabs.end(), [](const PoolSlab* a, const PoolSlab* b) { return a->id < b->id; });
  return slabs;
}

PoolFacts PoolTracker::finish() {
  for (const PoolSlab* slab : slabsInOrder()) closeSlab(*slab);
  for (const auto& [id, isolate] : isolates_) {
    if (isolate.gone) closeSlab(*isolate.gone);
  }
  facts_.placement.slabs = facts_.sharing.slabs;
  facts_.reuse.cuts = facts_.sharing.cuts = facts_.placement.cuts;
  facts_.reuse.backward = facts_.placement.backward;
  facts_.old_data.exact = dead_.exact() && !scan_.hasDropped() && scan_.lost_events == 0;
  const FactoryFigures& alloc = facts_.threshold.factories.at(static_cast<size_t>(Factory::kAlloc));
  facts_.alloc.cuts = alloc.cuts;
  facts_.alloc.stores = alloc.stores;
  facts_.alloc.smallest_store = alloc.smallest_store;
  return std::move(facts_);
}

Example PoolTracker::exampleOf(const recording::Slice& event) const {
  return {event.store, event.isolate, event.offset, event.length, event.t, owners_.of(event.stack)};
}

Example PoolTracker::exampleOf(const recording::StoreAlloc& event) const {
  return {event.store, event.isolate, 0, event.size, event.t, owners_.of(event.stack)};
}

PoolSlab* PoolTracker::slabOf(StoreId id) {
  const std::unique_ptr<PoolSlab>* slab = slabs_.find(id);
  return slab == nullptr ? nullptr : slab->get();
}

}  // namespace slabscope::analysis
