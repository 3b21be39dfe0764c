// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/lifetimes.h"

#include <algorithm>
#include <variant>

#include "slabscope/analysis/live_set.h"

namespace slabscope::analysis {

const SlabLife* Lifetimes::find(recording::StoreId store) const {
  const auto found =
      std::lower_bound(slabs.begin(), slabs.end(), store,
                       [](const SlabLife& slab, recording::StoreId id) { return slab.store < id; });
  return found != slabs.end() && found->store == store ? &*found : nullptr;
}

void LifetimesBuilder::take(const recording::Batch& batch) {
  for (const recording::Event& event : batch.events) {
    std::visit([this](const auto& one) { on(one); }, event);
    ++seen_;
  }
}

void LifetimesBuilder::on(const recording::StoreAlloc& event) {
  SlabLife store;
  store.life.born = event.t;
  store.life.born_event = seen_;
  store.store = event.store;
  store.kind = event.kind;
  store.isolate = event.isolate;
  store.stack = event.stack;
  store.address = event.address;
  store.size = event.size;
  live_stores_.put(event.store, stores_.size());
  stores_.push_back(store);
}

void LifetimesBuilder::on(const recording::StoreFree& event) {
  const size_t* index = live_stores_.find(event.store);
  if (index == nullptr) return;
  stores_[*index].life.died = event.t;
  stores_[*index].life.died_event = seen_;
  live_stores_.erase(event.store);
}

void LifetimesBuilder::on(const recording::StoreResize& event) {
  if (const size_t* index = live_stores_.find(event.store))
    stores_[*index].size = std::max(stores_[*index].size, event.size);
}

void LifetimesBuilder::on(const recording::Slice& event) {
  const size_t* store = live_stores_.find(event.store);
  if (store == nullptr) return;
  Cut cut;
  cut.store = *store;
  cut.slice.life.born = event.t;
  cut.slice.life.born_event = seen_;
  cut.slice.offset = event.offset;
  cut.slice.length = event.length;
  cut.slice.slice = event.slice;
  cut.slice.stack = event.stack;
  cut.slice.view = static_cast<bool>(event.parent);
  live_slices_.put(event.slice, cuts_.size());
  cuts_.push_back(cut);
}

void LifetimesBuilder::on(const recording::SliceFree& event) {
  const size_t* index = live_slices_.find(event.slice);
  if (index == nullptr) return;
  cuts_[*index].slice.life.died = event.t;
  cuts_[*index].slice.life.died_event = seen_;
  live_slices_.erase(event.slice);
}

Lifetimes LifetimesBuilder::finish(const FinalKinds& kinds) {
  Lifetimes result;
  std::vector<size_t> place(stores_.size(), stores_.size());  // of a store in result.slabs; none = the size
  for (size_t i = 0; i < stores_.size(); ++i) {
    SlabLife& store = stores_[i];
    recording::StoreAlloc birth;
    birth.store = store.store;
    birth.kind = store.kind;
    store.kind = kinds.of(birth);
    if (!isSlab(store.kind)) continue;
    place[i] = result.slabs.size();
    result.slabs.push_back(store);
  }
  for (const Cut& cut : cuts_) {
    if (place[cut.store] != stores_.size()) ++result.slabs[place[cut.store]].slices;
  }
  size_t first = 0;
  for (SlabLife& slab : result.slabs) {
    slab.first_slice = first;
    first += slab.slices;
    slab.slices = 0;
  }
  result.slices.resize(first);
  for (const Cut& cut : cuts_) {
    if (place[cut.store] == stores_.size()) continue;
    SlabLife& slab = result.slabs[place[cut.store]];
    SliceLife slice = cut.slice;
    // Nobody can see the bytes of a slab that is gone, even where a slice's death was told later or never.
    if (slab.life.hasDied() && slab.life.died_event < slice.life.died_event) {
      slice.life.died = slab.life.died;
      slice.life.died_event = slab.life.died_event;
    }
    result.slices[slab.first_slice + slab.slices++] = slice;
  }
  // The reader numbers stores in the order of their birth, but what a limited file tells again may not be.
  std::sort(result.slabs.begin(), result.slabs.end(),
            [](const SlabLife& a, const SlabLife& b) { return a.store < b.store; });
  return result;
}

}  // namespace slabscope::analysis
