// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/lifetimes.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "slab_families.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/recording/id_map.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

const SlabLife* Lifetimes::find(recording::StoreId store) const {
  const auto found =
      std::lower_bound(slabs.begin(), slabs.end(), store,
                       [](const SlabLife& slab, recording::StoreId id) { return slab.store < id; });
  return found != slabs.end() && found->store == store ? &*found : nullptr;
}

namespace {

class Builder {
 public:
  // What the scan has counted: a vector that grows would need twice the room for a moment.
  explicit Builder(const Scan& scan) : kinds_(scan.kinds), further_pools_(scan.definitions) {
    stores_.reserve(scan.counts.store_alloc);
    slices_.reserve(scan.counts.slice);
    store_of_.reserve(scan.counts.slice);
  }

  template <class Event>
  void take(const Event& event) {
    on(event);
    ++seen_;
  }

  Lifetimes finish();

 private:
  template <class Other>
  void on(const Other& /*begins and ends no life*/) {}
  void on(const recording::StoreAlloc& event);
  void on(const recording::StoreFree& event);
  void on(const recording::StoreResize& event);
  void on(const recording::Slice& event);
  void on(const recording::SliceFree& event);

  void endWithSlabs();
  void bringTogether();

  const FinalKinds& kinds_;
  FurtherPools further_pools_;
  uint64_t seen_ = 0;
  std::vector<SlabLife> stores_;  // of all kinds
  std::vector<SliceLife> slices_;
  std::vector<uint32_t> store_of_;  // of a slice, in stores_
  recording::IdMap<recording::StoreId, size_t> live_stores_;
  recording::IdMap<recording::SliceId, size_t> live_slices_;
};

void Builder::on(const recording::StoreAlloc& event) {
  SlabLife store;
  store.life.born = event.t;
  store.life.born_event = seen_;
  store.store = event.store;
  store.kind = kinds_.of(event);
  store.isolate = event.isolate;
  store.stack = event.stack;
  store.address = event.address;
  store.size = event.size;
  // No picture is made of other stores, nor of what was cut from them.
  if (!isSlab(store.kind)) return;
  store.begins_further_pool = further_pools_.beginWith({store.isolate, store.kind}, store.stack);
  live_stores_.put(event.store, stores_.size());
  stores_.push_back(store);
}

void Builder::on(const recording::StoreFree& event) {
  const size_t* index = live_stores_.find(event.store);
  if (index == nullptr) return;
  stores_[*index].life.died = event.t;
  stores_[*index].life.died_event = seen_;
  live_stores_.erase(event.store);
}

void Builder::on(const recording::StoreResize& event) {
  if (const size_t* index = live_stores_.find(event.store))
    stores_[*index].size = std::max(stores_[*index].size, event.size);
}

void Builder::on(const recording::Slice& event) {
  const size_t* store = live_stores_.find(event.store);
  if (store == nullptr) return;
  SliceLife slice;
  slice.life.born = event.t;
  slice.life.born_event = seen_;
  slice.offset = event.offset;
  slice.length = event.length;
  slice.slice = event.slice;
  slice.stack = event.stack;
  slice.view = static_cast<bool>(event.parent);
  live_slices_.put(event.slice, slices_.size());
  slices_.push_back(slice);
  store_of_.push_back(static_cast<uint32_t>(*store));
}

void Builder::on(const recording::SliceFree& event) {
  const size_t* index = live_slices_.find(event.slice);
  if (index == nullptr) return;
  slices_[*index].life.died = event.t;
  slices_[*index].life.died_event = seen_;
  live_slices_.erase(event.slice);
}

// Nobody can see the bytes of a slab that is gone, even where a slice's death was told later or never.
void Builder::endWithSlabs() {
  for (size_t i = 0; i < slices_.size(); ++i) {
    const Lifetime& slab = stores_[store_of_[i]].life;
    Lifetime& slice = slices_[i].life;
    if (!slab.hasDied() || slab.died_event >= slice.died_event) continue;
    slice.died = slab.died;
    slice.died_event = slab.died_event;
  }
}

// Slab by slab, where they are: a second copy of all slices is what would need most memory.
void Builder::bringTogether() {
  for (const uint32_t store : store_of_) ++stores_[store].slices;
  size_t first = 0;
  for (SlabLife& slab : stores_) {
    slab.first_slice = first;
    first += slab.slices;
    slab.slices = 0;
  }
  std::vector<size_t> goes_to(slices_.size());
  for (size_t i = 0; i < slices_.size(); ++i) {
    SlabLife& slab = stores_[store_of_[i]];
    goes_to[i] = slab.first_slice + slab.slices++;
  }
  for (size_t i = 0; i < slices_.size(); ++i) {
    while (goes_to[i] != i) {
      const size_t place = goes_to[i];
      std::swap(slices_[i], slices_[place]);
      std::swap(goes_to[i], goes_to[place]);
    }
  }
}

Lifetimes Builder::finish() {
  live_slices_ = {};
  endWithSlabs();
  bringTogether();
  Lifetimes result{std::move(stores_), std::move(slices_)};
  result.slices.shrink_to_fit();
  // The reader numbers stores in the order of their birth, but what a limited file tells again may not be.
  std::sort(result.slabs.begin(), result.slabs.end(),
            [](const SlabLife& a, const SlabLife& b) { return a.store < b.store; });
  return result;
}

}  // namespace

Result<Lifetimes> lifetimesOf(const Scan& scan, const Progress& progress) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  Builder builder(scan);
  uint64_t events = 0;
  recording::BatchByKind batch;
  while (nextScanned(scan, *reader, batch)) {
    batch.events.forEach([&](const auto& event) { builder.take(event); });
    events += batch.events.size();
    if (progress) progress(events);
  }
  Lifetimes lives = builder.finish();
  lives.knows_slices = scan.knowsSlices();
  return lives;
}

}  // namespace slabscope::analysis
