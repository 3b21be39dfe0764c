// SPDX-License-Identifier: Apache-2.0
#include "tail_watch.h"

#include <algorithm>

namespace slabscope::analysis {

using recording::StoreId;
using recording::StoreKind;

void TailWatch::take(const recording::StoreAlloc& event, StoreKind kind) {
  if (kind != StoreKind::kPool) return;
  Slab slab;
  slab.size = event.size;
  slab.isolate = event.isolate;
  if (!further_pools_.beginWith({event.isolate, kind}, event.stack)) goOn(slab, event.store);
  slabs_.put(event.store, slab);
  last_slab_ = nullptr;
}

// From the slab that the isolate's pool has cut from so far.
void TailWatch::goOn(Slab& next, StoreId id) {
  StoreId& current = current_[next.isolate];
  if (const Slab* before = slabs_.find(current); before != nullptr && before->has_cuts) {
    next.before = current;
    next.tail_before = before->size - std::min(before->size, before->cut_end);
    next.size_before = before->size;
  }
  current = id;
}

void TailWatch::take(const recording::StoreFree& event) {
  if (slabs_.erase(event.store)) last_slab_ = nullptr;
}

// Most cuts are of the slab of the cut before.
TailWatch::Slab* TailWatch::slabOf(StoreId id) {
  if (last_slab_ == nullptr || last_ != id) {
    last_ = id;
    last_slab_ = slabs_.find(id);
  }
  return last_slab_;
}

void TailWatch::take(const recording::SliceRun& run) {
  for (size_t from = 0; from < run.count;) {
    size_t to = from + 1;
    while (to < run.count && run.store[to] == run.store[from]) ++to;
    if (Slab* slab = slabOf({run.store[from]})) takeCuts(*slab, run.part(from, to - from));
    from = to;
  }
}

// All of one slab.
void TailWatch::takeCuts(Slab& slab, const recording::SliceRun& run) {
  size_t first = 0;
  while (first < run.count && run.parent[first] != 0) ++first;
  if (first == run.count) return;
  if (slab.left) {
    // Another pool of the isolate still uses it.
    count(*slab.left, slab.size, false);
    slab.left.reset();
  }
  if (!slab.has_cuts && slab.size_before != 0) blame(slab, {run.stack[first]}, run.length[first]);
  slab.has_cuts = true;
  for (size_t i = first; i < run.count; ++i) {
    const uint64_t end = run.parent[i] != 0 ? 0 : run.offset[i] + run.length[i];
    slab.cut_end = std::max(slab.cut_end, end);
  }
}

void TailWatch::blame(Slab& next, recording::StackId stack, uint64_t length) {
  Left left{owners_.of(stack), next.tail_before, length, false};
  if (length <= next.tail_before) {
    // It had room: only what Node sets aside for a string, and then takes less of, explains that.
    if (!isOfString(stack)) return;
    left.by_string = true;
  }
  count(left, next.size_before, true);
  if (Slab* before = slabs_.find(next.before)) before->left = left;
}

void TailWatch::count(const Left& left, uint64_t size, bool added) {
  if (left.owner.value >= makers_.size()) makers_.resize(left.owner.value + size_t{1});
  TailMaker& maker = makers_[left.owner.value];
  maker.owner = left.owner;
  const auto change = [added](uint64_t& figure, uint64_t by) { figure += added ? by : ~by + 1; };
  change(maker.slabs, 1);
  change(maker.slab_bytes, size);
  change(maker.tail_bytes, left.tail);
  change(maker.request_bytes, left.request);
  change(maker.by_strings, left.by_string ? 1 : 0);
}

bool TailWatch::isOfString(recording::StackId stack) {
  const auto [place, is_new] = of_string_.emplace(stack.value, false);
  if (is_new) {
    const recording::Definitions& definitions = scan_.definitions;
    for (const recording::FrameId id : definitions.framesOf(stack)) {
      const recording::Frame& frame = definitions.frame(id);
      if (definitions.string(frame.file) != "node:buffer") continue;
      const std::string& function = definitions.string(frame.function);
      if (function == "fromStringFast" || function == "fromString") place->second = true;
    }
  }
  return place->second;
}

std::vector<TailMaker> TailWatch::finish() const {
  std::vector<TailMaker> makers;
  for (const TailMaker& maker : makers_) {
    if (maker.slabs != 0) makers.push_back(maker);
  }
  std::stable_sort(makers.begin(), makers.end(),
                   [](const TailMaker& a, const TailMaker& b) { return a.tail_bytes > b.tail_bytes; });
  return makers;
}

}  // namespace slabscope::analysis
