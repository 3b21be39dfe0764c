// SPDX-License-Identifier: Apache-2.0
#include "run_counter.h"

#include <algorithm>

#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

using recording::FrameId;
using recording::StoreId;

namespace {

bool isLeft(const LiveSet& live, uint32_t isolate, recording::Nanoseconds born) {
  return live.collections().last(isolate) == nullptr || live.collections().hasSurvived(isolate, born);
}

}  // namespace

void SlabSums::reserve(uint64_t count) {
  utilisations.reserve(count);
  live_of_each.reserve(count);
}

void SlabSums::add(const SlabRow& row, uint64_t live_now) {
  SlabRow now;
  now.size = row.size;
  now.live = live_now;
  ++slabs;
  size += row.size;
  live += live_now;
  dead += row.dead + row.live - live_now;
  gaps += row.padding + row.startup + row.unseen;
  tail += row.tail;
  utilisations.push_back(now.utilisation());
  live_of_each.push_back(static_cast<double>(live_now));
}

RunCounter::RunCounter(const Scan& scan, recording::Nanoseconds from)
    : scan_(scan), from_(from), owners_(scan.definitions), youngest_(scan.definitions) {}

void RunCounter::take(const recording::StoreAlloc& event, const LiveSet& /*live*/) {
  const recording::StoreKind kind = scan_.kinds.of(event);
  if (isSlab(kind)) {
    cuts_.put(event.store, {});
    last_cuts_ = nullptr;
    youngest_.add(event.store, {event.isolate, kind}, event.t, event.stack);
    return;
  }
  count(event.t, event.stack, 1, event.size);
}

void RunCounter::take(const recording::StoreFree& event, const LiveSet& /*live*/) {
  if (cuts_.erase(event.store)) last_cuts_ = nullptr;
}

void RunCounter::take(const recording::StoreResize& event, const LiveSet& live) {
  const LiveStore* store = live.stores().find(event.store);
  if (store != nullptr && !isSlab(store->kind) && event.size > store->size)
    count(event.t, store->stack, 0, event.size - store->size);
}

void RunCounter::take(const recording::SliceRun& run, const LiveSet& live) {
  for (size_t i = 0; i < run.count; ++i) {
    CutSum* cuts = cutsOf({run.store[i]});
    if (cuts == nullptr) continue;
    if (run.parent[i] != 0) {
      takeView(*cuts, run, i, live);
      continue;
    }
    count(run.t[i], {run.stack[i]}, 1, run.length[i]);
    cuts->add(run.offset[i], run.length[i], run.t[i]);
  }
}

void RunCounter::take(const recording::Gc& event, const LiveSet& /*live*/) {
  if (event.t < from_) return;
  ++collections_.count;
  collections_.duration += event.duration;
}

// Whatever its parent has was cut, unless that is a strange view itself.
void RunCounter::takeView(CutSum& cuts, const recording::SliceRun& run, size_t i, const LiveSet& live) {
  const uint64_t begin = run.offset[i];
  const uint64_t end = begin + run.length[i];
  if (cuts.isCut(begin, end)) return;
  const auto encloses = [&](uint64_t store, uint64_t offset, uint64_t length) {
    return store == run.store[i] && begin >= offset && end <= offset + length;
  };
  // Born in the same run?
  const uint64_t* const parent = std::lower_bound(run.slice, run.slice + i, run.parent[i]);
  if (parent != run.slice + i && *parent == run.parent[i]) {
    const auto at = static_cast<size_t>(parent - run.slice);
    if (encloses(run.store[at], run.offset[at], run.length[at])) return;
  } else if (const LiveSlice* old = live.findSlice({run.parent[i]})) {
    if (encloses(old->store.value, old->offset, old->length)) return;
  }
  cuts.addStrangeView();
}

// Most cuts are of the slab of the cut before.
CutSum* RunCounter::cutsOf(StoreId slab) {
  if (last_cuts_ == nullptr || last_ != slab) {
    last_ = slab;
    last_cuts_ = cuts_.find(slab);
  }
  return last_cuts_;
}

RunSums RunCounter::finish(const LiveSet& live) {
  knows_slices_ = scan_.knowsSlices();
  RunSums sums;
  sums.knows_garbage = live.collections().last(kMainIsolate) != nullptr;
  sums.all = live.totals();
  sums.collections = collections_;
  sums.slabs.reserve(cuts_.size());
  sums.surviving_slabs.reserve(cuts_.size());
  live.stores().forEach([&](StoreId id, const LiveStore& store) { addStore(id, store, live, sums); });
  live.forEachSlice([&](recording::SliceId, const LiveSlice& slice) {
    if (isLeft(live, slice.isolate, slice.born)) ++sums.surviving.slices;
  });
  forEachHeldSlab(live,
                  [&](const LiveStore& slab, SlicesOfSlab slices) { addSlab(slab, slices, live, sums); });
  addCallers(sums);
  return sums;
}

// A store of its own, or a slab without a live slice.
void RunCounter::addStore(StoreId id, const LiveStore& store, const LiveSet& live, RunSums& sums) {
  const bool is_slab = isSlab(store.kind);
  if (store.kind == recording::StoreKind::kPool)
    sums.pool_slab_size = std::max(sums.pool_slab_size, store.size);
  if (is_slab && store.slices != 0) return;
  const bool survives = isLeft(live, store.isolate, store.born);
  if (survives) {
    ++sums.surviving.stores;
    sums.surviving.store_bytes += store.size;
  }
  if (is_slab) return addRow(id, store, {id, survives, 0}, false, 0, sums);
  RunCosts& costs = of(store.stack);
  costs.live += store.size;
  costs.held += store.size;
  if (!survives) return;
  costs.surviving_live += store.size;
  costs.surviving_held += store.size;
}

void RunCounter::addSlab(const LiveStore& slab, SlicesOfSlab slices, const LiveSet& live, RunSums& sums) {
  shares_.share(slab.size, slices);
  const uint64_t bytes = shares_.live();
  for (const SlabShares::Share& share : shares_.shares()) {
    RunCosts& costs = of(share.stack);
    costs.held += share.held;
    costs.live += share.live;
  }
  const StoreId id = slices.front()->store;
  bool has_views = false;
  left_.clear();
  for (const LiveSlice* slice : slices) {
    has_views = has_views || slice->is_view;
    if (isLeft(live, slice->isolate, slice->born)) left_.push_back(slice);
  }
  if (left_.empty()) return addRow(id, slab, {id, false, 0}, has_views, bytes, sums);
  ++sums.surviving.stores;
  sums.surviving.store_bytes += slab.size;
  if (left_.size() != slices.size()) shares_.share(slab.size, left_);
  for (const SlabShares::Share& share : shares_.shares()) {
    RunCosts& costs = of(share.stack);
    costs.surviving_held += share.held;
    costs.surviving_live += share.live;
  }
  addRow(id, slab, {id, true, shares_.live()}, has_views, bytes, sums);
}

void RunCounter::addRow(StoreId id, const LiveStore& slab, const RunSums::Unsure& after, bool has_views,
                        uint64_t live, RunSums& sums) const {
  const CutSum* cuts = cuts_.find(id);
  if (cuts == nullptr || !cuts->isSure(slab.size, has_views)) {
    sums.unsure.push_back(after);
    return;
  }
  SlabRow row;
  row.size = slab.size;
  row.live = live;
  row.dead = cuts->end() - cuts->gaps() - live;
  row.unseen = cuts->gaps();
  if (knows_slices_ && youngest_.haveReplaced(id, {slab.isolate, slab.kind}, slab.born, cuts->last()))
    row.tail = slab.size - cuts->end();
  sums.slabs.add(row, live);
  if (after.survives) sums.surviving_slabs.add(row, after.surviving_live);
}

void RunCounter::addCallers(RunSums& sums) const {
  for (uint32_t i = 0; i < costs_.size(); ++i) {
    if (!costs_[i].isNothing()) sums.callers[owners_.of(recording::StackId{i})];
  }
  for (uint32_t i = 0; i < costs_.size(); ++i) {
    const auto caller = sums.callers.find(owners_.of(recording::StackId{i}));
    if (caller == sums.callers.end()) continue;
    const auto add = [&](RunCosts& to) {
      if (!costs_[i].isNothing()) {
        to.allocations += costs_[i].allocations;
        to.bytes += costs_[i].bytes;
        to.live += costs_[i].live;
        to.held += costs_[i].held;
      }
      to.surviving_live += costs_[i].surviving_live;
      to.surviving_held += costs_[i].surviving_held;
    };
    add(caller->second);
    add(sums.total);
  }
}

}  // namespace slabscope::analysis
