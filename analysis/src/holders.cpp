// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/holders.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "covers.h"
#include "slabscope/analysis/held_slabs.h"

namespace slabscope::analysis {

using recording::FrameId;
using recording::StoreId;

namespace {

// A figure for each owner: most programs have few frames, and a place in a list costs less than one in a
// tree.
template <class Caller>
class ByOwner {
 public:
  Caller& of(FrameId owner) {
    if (owner.value >= callers_.size()) {
      callers_.resize(owner.value + 1);
      is_there_.resize(owner.value + 1);
    }
    Caller& caller = callers_[owner.value];
    caller.owner = owner;
    is_there_[owner.value] = true;
    return caller;
  }

  std::vector<Caller> all() const {
    std::vector<Caller> callers;
    for (size_t i = 0; i < callers_.size(); ++i) {
      if (is_there_[i]) callers.push_back(callers_[i]);
    }
    return callers;
  }
  /// Among equals in the order of their owner's id.
  template <class Bytes>
  std::vector<Caller> mostFirst(Bytes bytes) const {
    std::vector<Caller> callers = all();
    std::stable_sort(callers.begin(), callers.end(),
                     [&](const Caller& a, const Caller& b) { return a.*bytes > b.*bytes; });
    return callers;
  }

 private:
  std::vector<Caller> callers_;  // by the owner's id
  std::vector<bool> is_there_;
};

// Shares a slab out among the owners of its slices, or of some of them.
class Split {
 public:
  explicit Split(const Owners& owners) : owners_(owners) {}

  /// Valid until the next, as is all that the others tell.
  const std::vector<Cover>& of(uint64_t size, SlicesOfSlab slices) {
    covers_ = &cover_.of(slices, [this](const LiveSlice& slice) { return owners_.of(slice.stack).value; });
    weights_.clear();
    order_.clear();
    for (const Cover& cover : *covers_) {
      weights_.push_back(cover.bytes);
      order_.push_back(cover.caller);
    }
    sharer_.share(size, weights_, order_, shares_);
    return *covers_;
  }
  uint64_t share(size_t i) const { return shares_[i]; }

  void addTo(ByOwner<Holder>& holders, uint64_t size) const {
    for (size_t i = 0; i < covers_->size(); ++i) {
      const Cover& cover = (*covers_)[i];
      Holder& holder = holders.of({cover.caller});
      holder.held += shares_[i];
      holder.live += cover.bytes;
      holder.slices += cover.slices;
      if (covers_->size() == 1) holder.alone += size;
    }
  }

 private:
  const Owners& owners_;
  // They keep their memory from slab to slab.
  Covers cover_;
  const std::vector<Cover>* covers_ = nullptr;
  std::vector<uint64_t> weights_;
  std::vector<uint32_t> order_;
  std::vector<uint64_t> shares_;
  Sharer sharer_;
};

// What has survived a full collection.
class Survival {
 public:
  explicit Survival(const FullCollections& collections) : collections_(collections) {}

  // What follows each other is of one isolate nearly always.
  bool has(uint32_t isolate, recording::Nanoseconds born) {
    if (!knows_isolate_ || isolate != isolate_) {
      knows_isolate_ = true;
      isolate_ = isolate;
      const recording::Nanoseconds* judged = collections_.last(isolate);
      judged_ = judged == nullptr ? 0 : *judged;
    }
    return born < judged_;
  }

  /// Those of a slab's slices. Valid until the next.
  SlicesOfSlab of(SlicesOfSlab slices) {
    size_t first = 0;
    while (first < slices.size() && has(slices[first]->isolate, slices[first]->born)) ++first;
    // All, mostly, or none.
    if (first == slices.size()) return slices;
    some_.assign(slices.begin(), slices.begin() + static_cast<std::ptrdiff_t>(first));
    for (const LiveSlice* slice : slices.subspan(first)) {
      if (has(slice->isolate, slice->born)) some_.push_back(slice);
    }
    return some_;
  }

 private:
  const FullCollections& collections_;
  bool knows_isolate_ = false;
  uint32_t isolate_ = 0;
  recording::Nanoseconds judged_ = 0;  // 0: none was
  std::vector<const LiveSlice*> some_;
};

class Census {
 public:
  Census(const LiveSet& live, const Owners& owners)
      : owners_(owners), survival_(live.collections()), split_(owners) {}

  void add(const LiveStore& slab, SlicesOfSlab slices) {
    const SlicesOfSlab old = survival_.of(slices);
    SlabFigures& figures = figuresOf(slab);
    figures.slices += slices.size();
    figures.young_slices += slices.size() - old.size();
    figures.live_bytes += bytesUnder(slices);
    split_.of(slab.size, slices);
    split_.addTo(holders_, slab.size);
    if (old.empty()) {
      split_.addTo(younger_, slab.size);
      ++result_.survivors.younger.count;
      result_.survivors.younger.bytes += slab.size;
      return;
    }
    if (old.size() != slices.size()) split_.of(slab.size, old);
    split_.addTo(survivors_, slab.size);
  }

  void add(const LiveStore& store) {
    const bool has_survived = survival_.has(store.isolate, store.born);
    if (isSlab(store.kind)) return addSlab(store, has_survived);
    const FrameId owner = owners_.of(store.stack);
    for (ByOwner<StoreCaller>* callers : {&callers_, has_survived ? &old_callers_ : &young_callers_}) {
      StoreCaller& caller = callers->of(owner);
      caller.bytes += store.size;
      ++caller.stores;
    }
    if (has_survived) return;
    ++result_.surviving_stores.younger_stores;
    result_.surviving_stores.younger_bytes += store.size;
  }

  Holdings finish() {
    result_.holders.holders = holders_.mostFirst(&Holder::held);
    result_.survivors.holders = survivors_.mostFirst(&Holder::held);
    result_.survivors.younger.holders = younger_.mostFirst(&Holder::held);
    result_.callers = callers_.mostFirst(&StoreCaller::bytes);
    result_.surviving_stores.callers = old_callers_.mostFirst(&StoreCaller::bytes);
    result_.surviving_stores.younger = young_callers_.mostFirst(&StoreCaller::bytes);
    return std::move(result_);
  }

 private:
  SlabFigures& figuresOf(const LiveStore& slab) {
    return slab.kind == recording::StoreKind::kPool ? result_.pool : result_.native_pool;
  }

  void addSlab(const LiveStore& slab, bool has_survived) {
    SlabFigures& figures = figuresOf(slab);
    ++figures.slabs;
    figures.bytes += slab.size;
    if (slab.slices != 0) return;
    ++figures.empty_slabs;
    figures.empty_bytes += slab.size;
    ++result_.holders.unknown_slabs;
    result_.holders.unknown_bytes += slab.size;
    Holders& survivors = result_.survivors;
    ++(has_survived ? survivors.unknown_slabs : survivors.younger.count);
    (has_survived ? survivors.unknown_bytes : survivors.younger.bytes) += slab.size;
  }

  const Owners& owners_;
  Survival survival_;
  Split split_;
  Holdings result_;
  ByOwner<Holder> holders_, survivors_, younger_;
  ByOwner<StoreCaller> callers_, old_callers_, young_callers_;
};

}  // namespace

Holdings holdingsOf(const LiveSet& live, const Owners& owners) {
  Census census(live, owners);
  live.stores().forEach([&](StoreId, const LiveStore& store) { census.add(store); });
  forEachHeldSlab(live, [&](const LiveStore& slab, SlicesOfSlab slices) { census.add(slab, slices); });
  return census.finish();
}

std::vector<SurvivingBytes> survivingBytes(const LiveSet& live, const Owners& owners) {
  Survival survival(live.collections());
  Split split(owners);
  ByOwner<SurvivingBytes> bytes;
  live.stores().forEach([&](StoreId, const LiveStore& store) {
    if (!isSlab(store.kind) && survival.has(store.isolate, store.born))
      bytes.of(owners.of(store.stack)).bytes += store.size;
  });
  forEachHeldSlab(live, [&](const LiveStore& slab, SlicesOfSlab slices) {
    const SlicesOfSlab old = survival.of(slices);
    if (old.empty()) return;
    const std::vector<Cover>& covers = split.of(slab.size, old);
    for (size_t i = 0; i < covers.size(); ++i) bytes.of({covers[i].caller}).bytes += split.share(i);
  });
  return bytes.all();
}

std::vector<SurvivingBytes> survivingBytes(const Holdings& holdings) {
  ByOwner<SurvivingBytes> bytes;
  for (const Holder& holder : holdings.survivors.holders) bytes.of(holder.owner).bytes += holder.held;
  for (const StoreCaller& caller : holdings.surviving_stores.callers)
    bytes.of(caller.owner).bytes += caller.bytes;
  return bytes.all();
}

}  // namespace slabscope::analysis
