// SPDX-License-Identifier: Apache-2.0
#include "kept_events.h"

#include <algorithm>

#include "orphans.h"

namespace slabscope::recording {
namespace {

constexpr uint32_t kMainIsolate = 0;

void add(Tally& to, uint64_t bytes) {
  ++to.count;
  to.bytes += bytes;
}

void subtract(Tally& from, const Tally& what) {
  from.count -= what.count;
  from.bytes -= what.bytes;
}

}  // namespace

KeptEvents::Number KeptEvents::begin(Nanoseconds t) {
  last_t_ = t;
  ++all_.events;
  return ++last_;
}

KeptEvents::Store* KeptEvents::alive(StoreId id) {
  const uint32_t* at = store_at_.find(id);
  return at != nullptr && !stores_[*at].dead ? &stores_[*at] : nullptr;
}

void KeptEvents::lookForPeak() {
  if (live_stores_.bytes <= all_.peak_stores.bytes) return;
  all_.peak_t = last_t_;
  all_.peak_stores = live_stores_;
  all_.peak_slices = live_slices_;
}

void KeptEvents::on(const StoreAlloc& event) {
  Store store;
  store.born = {begin(event.t), event};
  store.size = event.size;
  store_at_.put(event.store, stores_.add(store));
  add(all_.stores, event.size);
  add(live_stores_, event.size);
  lookForPeak();
}

void KeptEvents::on(const StoreFree& event) {
  const Number number = begin(event.t);
  Store* store = alive(event.store);
  if (store == nullptr) return;
  add(all_.freed_stores, store->size);
  subtract(live_stores_, {1, store->size});
  all_.freed_slices.count += store->slices.count;
  all_.freed_slices.bytes += store->slices.bytes;
  subtract(live_slices_, store->slices);
  if (main_end_.number != 0) {
    store->dead = true;
    late_store_frees_.push_back({number, event});
    add(late_freed_stores_, store->size);
    late_freed_slices_.count += store->slices.count;
    late_freed_slices_.bytes += store->slices.bytes;
    return;
  }
  orphans_ += store->slices.count;
  stores_.remove(*store_at_.find(event.store));
  store_at_.erase(event.store);
  forgetOrphans();
}

void KeptEvents::on(const StoreResize& event) {
  const Number number = begin(event.t);
  Store* store = alive(event.store);
  if (store == nullptr) return;
  // Of a store that shrinks a part dies, of one that grows a part is born.
  if (event.size < store->size) all_.freed_stores.bytes += store->size - event.size;
  if (event.size > store->size) all_.stores.bytes += event.size - store->size;
  live_stores_.bytes += event.size - store->size;
  store->size = event.size;
  if (!store->resized.empty() && store->newest_slice < store->resized.back().number) {
    store->resized.back() = {number, event};
  } else {
    store->resized.push_back({number, event});
  }
  lookForPeak();
}

void KeptEvents::on(const StoreMove& event) {
  const Number number = begin(event.t);
  if (Store* store = alive(event.store)) store->moved = {number, event};
}

void KeptEvents::on(const StoreKindKnown& event) {
  const Number number = begin(event.t);
  if (Store* store = alive(event.store)) store->known = {number, event};
}

void KeptEvents::on(const Slice& event) {
  const Number number = begin(event.t);
  Store* store = alive(event.store);
  if (store == nullptr) return;
  slice_at_.put(event.slice, slices_.add({{number, event}, false}));
  store->newest_slice = number;
  add(store->slices, event.length);
  add(all_.slices, event.length);
  add(live_slices_, event.length);
}

void KeptEvents::on(const SliceFree& event) {
  const Number number = begin(event.t);
  const uint32_t* at = slice_at_.find(event.slice);
  if (at == nullptr || slices_[*at].dead) return;
  KeptSlice& slice = slices_[*at];
  const bool late = main_end_.number != 0;
  if (Store* store = alive(slice.born.event.store)) {
    const Tally one{1, slice.born.event.length};
    subtract(store->slices, one);
    subtract(live_slices_, one);
    add(all_.freed_slices, one.bytes);
    if (late) add(late_freed_slices_, one.bytes);
  } else if (!late) {
    --orphans_;
  }
  if (late) {
    slice.dead = true;
    late_slice_frees_.push_back({number, event});
    return;
  }
  slices_.remove(*at);
  slice_at_.erase(event.slice);
}

void KeptEvents::forgetOrphans() {
  if (!areManyOrphans(orphans_, slice_at_.size())) return;
  IdMap<SliceId, uint32_t> kept;
  slice_at_.forEach([&](SliceId id, uint32_t at) {
    if (store_at_.find(slices_[at].born.event.store) != nullptr) {
      kept.put(id, at);
    } else {
      slices_.remove(at);
    }
  });
  slice_at_ = std::move(kept);
  orphans_ = 0;
}

void KeptEvents::on(const Gc& event) {
  const Number number = begin(event.t);
  const auto kind = static_cast<size_t>(event.kind);
  ++all_.collections[kind];
  all_.collection_time[kind] += event.duration;
  if (event.kind == GcKind::kMarkCompact) full_collections_[event.isolate] = {number, event};
}

void KeptEvents::on(const Memory& event) {
  const Number number = begin(event.t);
  all_.rss_max = std::max(all_.rss_max, event.rss);
  if (event.isolate == kMainIsolate) memory_ = {number, event};
}

void KeptEvents::on(const ProcessRss& event) {
  begin(event.t);
  all_.rss_max = std::max(all_.rss_max, event.rss);
}

void KeptEvents::on(const Mark& event) {
  begin(event.t);
  ++all_.marks;
}

void KeptEvents::on(const Lost& event) {
  const Number number = begin(event.t);
  if (lost_.number == 0) lost_ = {number, {event.t, event.until, 0}};
  lost_.event.until = std::max(lost_.event.until, event.until);
  lost_.event.count += event.count;
}

void KeptEvents::on(const IsolateStart& event) {
  isolates_[event.isolate] = {begin(event.t), event};
}

void KeptEvents::on(const IsolateEnd& event) {
  const Number number = begin(event.t);
  if (event.isolate == kMainIsolate) {
    if (main_end_.number == 0) main_end_ = {number, event};
    return;
  }
  isolates_.erase(event.isolate);
  full_collections_.erase(event.isolate);
}

void KeptEvents::on(const Pause& event) {
  pauses_.push_back({begin(event.t), {event.t, true}});
}

void KeptEvents::on(const Resume& event) {
  pauses_.push_back({begin(event.t), {event.t, false}});
}

}  // namespace slabscope::recording
