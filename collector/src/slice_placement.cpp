// SPDX-License-Identifier: Apache-2.0
// The part of the translator that finds out what a view is: Node's own handle, a cut from a slab, or a view
// of a slice.
#include <algorithm>

#include "translator.h"

namespace slabscope::collector {

namespace {

// From Node 26.8 on a slab is this much larger than the pool, so that its base can be aligned.
constexpr uint64_t kAlignmentRoom = 64;

}  // namespace

bool Translator::isPoolSized(const LiveStore& store) const {
  return pool_size_ != 0 && (store.size == pool_size_ || store.size == pool_size_ + kAlignmentRoom);
}

bool Translator::isWholePool(const LiveStore& store, const SliceBirth& slice,
                             const StackTraits& traits) const {
  if (traits.whole_pool) return true;
  return traits.view == ViewOrigin::kUnknown && isPoolSized(store) && slice.length == pool_size_;
}

bool Translator::isCutByPool(const LiveStore& store, const StackTraits& traits) const {
  return traits.view == ViewOrigin::kPool || (traits.view == ViewOrigin::kUnknown && isPoolSized(store));
}

Slot Translator::parentOf(Slot store, const SliceBirth& slice, const StackTraits& traits) {
  if (slice.parent != kParentNotTold) {
    Slot parent = live_.sliceOf(slice.parent);
    if (parent != 0) return live_.slice(parent).store == store ? parent : 0;
    // A parent whose birth was dropped: what is around it is the next best.
    if (slice.parent == 0 || !has_lost_) return 0;
    return live_.smallestAround(store, slice.offset, slice.length);
  }
  if (traits.view == ViewOrigin::kPool) return 0;
  // The pool moves forward only: what lies behind all earlier cuts is a new one, unless it is known to be a
  // view (an empty one at the end of the newest cut, say).
  if (traits.view != ViewOrigin::kView && slice.offset >= live_.store(store).cut_end) return 0;
  return live_.smallestAround(store, slice.offset, slice.length);
}

// A trim that came too late for the two constructions to be seen as one: the reservation ends here.
void Translator::endTrimmed(uint64_t t, Slot store, const SliceBirth& slice, const StackTraits& traits) {
  Slot newest = live_.store(store).newest_cut;
  if (newest == 0 || !traits.from_string_fast) return;
  const LiveSlice& cut = live_.slice(newest);
  if (cut.from_string_fast && cut.offset == slice.offset && slice.length < cut.length)
    endSlice(t, newest, false);
}

void Translator::know(uint64_t t, LiveStore& store, recording::StoreKind kind) {
  store.kind = kind;
  writer_.add(recording::StoreKindKnown{sinceStart(t), store.id, kind});
}

void Translator::handle(const Event& event, const SliceBirth& slice) {
  Slot store = live_.storeOfView(slice.store_address);
  if (store == 0 || slice.slice == 0 || live_.store(store).born <= deaths_lost_until_ ||
      slice.offset > live_.store(store).size || slice.length > live_.store(store).size - slice.offset) {
    ++counts_.unplaced_slices;
    return;
  }
  const auto& [stack, traits] = stacks_.known(slice.stack);
  if (isWholePool(live_.store(store), slice, traits)) {
    ++counts_.whole_pools;
    return;
  }
  // An id that comes again: its death was lost.
  if (Slot before = live_.sliceOf(slice.slice)) endSlice(event.t, before, false);
  endTrimmed(event.t, store, slice, traits);

  Slot parent = parentOf(store, slice, traits);
  LiveStore& slab = live_.store(store);
  if (parent == 0 && slab.kind == recording::StoreKind::kArrayBuffer && isCutByPool(slab, traits))
    know(event.t, slab, recording::StoreKind::kPool);
  // Node's C++ reads into one store again and again only where that is a slab; the first read could as well
  // be a store of its own that was not filled.
  if (parent == 0 && slab.kind == recording::StoreKind::kArrayBuffer && traits.stream_read &&
      slice.offset != 0)
    know(event.t, slab, recording::StoreKind::kNativePool);
  const uint32_t isolate = slice.isolate != wire::kNoIsolate ? slice.isolate : slab.isolate;
  const Slot slot = live_.addSlice({.wire_id = slice.slice,
                                    .offset = slice.offset,
                                    .length = slice.length,
                                    .store = store,
                                    .isolate = isolate,
                                    .from_string_fast = traits.from_string_fast});
  live_.slice(slot).id =
      writer_.add(recording::Slice{.t = sinceStart(event.t),
                                   .slice = {},
                                   .store = slab.id,
                                   .parent = parent != 0 ? live_.slice(parent).id : recording::SliceId{},
                                   .offset = slice.offset,
                                   .length = slice.length,
                                   .isolate = isolate,
                                   .stack = stack});
  if (parent != 0) return;
  slab.cut_end = std::max(slab.cut_end, slice.offset + slice.length);
  slab.newest_cut = slot;
}

}  // namespace slabscope::collector
