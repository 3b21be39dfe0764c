// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/holders.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "covers.h"
#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

using recording::FrameId;

namespace {

// 128 bits: a weight times a size may not fit into 64.
__extension__ using Wide = unsigned __int128;

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

  /// Among equals in the order of their owner's id.
  template <class Bytes>
  std::vector<Caller> mostFirst(Bytes bytes) const {
    std::vector<Caller> callers;
    for (size_t i = 0; i < callers_.size(); ++i) {
      if (is_there_[i]) callers.push_back(callers_[i]);
    }
    std::stable_sort(callers.begin(), callers.end(),
                     [&](const Caller& a, const Caller& b) { return a.*bytes > b.*bytes; });
    return callers;
  }

 private:
  std::vector<Caller> callers_;  // by the owner's id
  std::vector<bool> is_there_;
};

}  // namespace

std::vector<uint64_t> shareOut(uint64_t whole, const std::vector<uint64_t>& weights) {
  std::vector<uint64_t> shares;
  std::vector<uint32_t> order(weights.size());
  std::iota(order.begin(), order.end(), uint32_t{0});
  Sharer().share(whole, weights, order, shares);
  return shares;
}

void Sharer::share(uint64_t whole, const std::vector<uint64_t>& weights, const std::vector<uint32_t>& order,
                   std::vector<uint64_t>& shares) {
  // Most slabs have one holder.
  if (weights.size() <= 1) return shares.assign(weights.size(), whole);
  shares.resize(weights.size());
  Wide total = 0;
  for (const uint64_t weight : weights) total += weight;
  const bool even = total == 0;
  if (even) total = weights.size();

  remainders_.resize(weights.size());
  uint64_t left = whole;
  for (size_t i = 0; i < weights.size(); ++i) {
    const uint64_t weight = even ? 1 : weights[i];
    // A division of 128 bits takes ten times as long.
    uint64_t product = 0;
    if (!__builtin_mul_overflow(whole, weight, &product) && total <= UINT64_MAX) {
      const auto divisor = static_cast<uint64_t>(total);
      shares[i] = product / divisor;
      remainders_[i] = {product % divisor, order[i], static_cast<uint32_t>(i)};
    } else {
      const Wide wide = static_cast<Wide>(whole) * weight;
      shares[i] = static_cast<uint64_t>(wide / total);
      remainders_[i] = {static_cast<uint64_t>(wide % total), order[i], static_cast<uint32_t>(i)};
    }
    left -= shares[i];
  }
  if (left == 0) return;
  // There are fewer bytes left than shares.
  std::nth_element(remainders_.begin(), remainders_.begin() + static_cast<std::ptrdiff_t>(left),
                   remainders_.end(), [](const Remainder& a, const Remainder& b) {
                     return a.size != b.size ? a.size > b.size : a.order < b.order;
                   });
  for (size_t i = 0; i < left; ++i) ++shares[remainders_[i].place];
}

namespace {

class HolderCounter {
 public:
  explicit HolderCounter(const Owners& owners) : owners_(owners) {}

  void add(const LiveStore& slab, SlicesOfSlab slices) {
    const std::vector<Cover>& covers =
        covers_.of(slices, [this](const LiveSlice& slice) { return owners_.of(slice.stack).value; });
    weights_.clear();
    order_.clear();
    for (const Cover& cover : covers) {
      weights_.push_back(cover.bytes);
      order_.push_back(cover.caller);
    }
    sharer_.share(slab.size, weights_, order_, shares_);
    for (size_t i = 0; i < covers.size(); ++i) {
      Holder& holder = by_owner_.of({covers[i].caller});
      holder.held += shares_[i];
      holder.live += covers[i].bytes;
      holder.slices += covers[i].slices;
      if (covers.size() == 1) holder.alone += slab.size;
    }
  }

  std::vector<Holder> finish() const { return by_owner_.mostFirst(&Holder::held); }

 private:
  const Owners& owners_;
  ByOwner<Holder> by_owner_;
  // Of one slab; they keep their memory.
  Covers covers_;
  std::vector<uint64_t> weights_;
  std::vector<uint32_t> order_;
  std::vector<uint64_t> shares_;
  Sharer sharer_;
};

// Those of a slab's slices that have survived a full collection.
class Survivors {
 public:
  explicit Survivors(const FullCollections& collections) : collections_(collections) {}

  /// Valid until the next.
  SlicesOfSlab of(SlicesOfSlab slices) {
    size_t first = 0;
    while (first < slices.size() && hasSurvived(*slices[first])) ++first;
    // All, mostly, or none.
    if (first == slices.size()) return slices;
    some_.assign(slices.begin(), slices.begin() + static_cast<std::ptrdiff_t>(first));
    for (const LiveSlice* slice : slices.subspan(first)) {
      if (hasSurvived(*slice)) some_.push_back(slice);
    }
    return some_;
  }

 private:
  // Slices that follow each other are of one isolate nearly always.
  bool hasSurvived(const LiveSlice& slice) {
    if (slice.isolate != isolate_) {
      isolate_ = slice.isolate;
      const recording::Nanoseconds* judged = collections_.last(isolate_);
      judged_ = judged == nullptr ? 0 : *judged;
    }
    return slice.born < judged_;
  }

  const FullCollections& collections_;
  uint32_t isolate_ = ~uint32_t{0};    // no slice has this one
  recording::Nanoseconds judged_ = 0;  // 0: none was
  std::vector<const LiveSlice*> some_;
};

}  // namespace

Holders holdersOfSlabs(const HeldSlabs& slabs, const Owners& owners) {
  const LiveSet& live = slabs.live();
  HolderCounter counter(owners);
  slabs.forEach([&](const LiveStore& slab, SlicesOfSlab slices) { counter.add(slab, slices); });
  Holders result;
  result.holders = counter.finish();
  live.stores().forEach([&](recording::StoreId, const LiveStore& store) {
    if (!isSlab(store.kind) || store.slices != 0) return;
    ++result.unknown_slabs;
    result.unknown_bytes += store.size;
  });
  return result;
}

std::vector<Holder> holdersOfSurvivors(const HeldSlabs& slabs, const Owners& owners) {
  HolderCounter counter(owners);
  Survivors survivors(slabs.live().collections());
  slabs.forEach([&](const LiveStore& slab, SlicesOfSlab slices) {
    const SlicesOfSlab old = survivors.of(slices);
    if (!old.empty()) counter.add(slab, old);
  });
  return counter.finish();
}

Holders survivingHoldersOfSlabs(const HeldSlabs& slabs, const Owners& owners) {
  const LiveSet& live = slabs.live();
  Holders result;
  HolderCounter survivors(owners);
  HolderCounter younger(owners);
  Survivors which(live.collections());
  slabs.forEach([&](const LiveStore& slab, SlicesOfSlab slices) {
    const SlicesOfSlab old = which.of(slices);
    if (!old.empty()) return survivors.add(slab, old);
    younger.add(slab, slices);
    ++result.younger.count;
    result.younger.bytes += slab.size;
  });
  result.holders = survivors.finish();
  result.younger.holders = younger.finish();
  live.stores().forEach([&](recording::StoreId, const LiveStore& store) {
    if (!isSlab(store.kind) || store.slices != 0) return;
    const bool survived = live.collections().hasSurvived(store.isolate, store.born);
    ++(survived ? result.unknown_slabs : result.younger.count);
    (survived ? result.unknown_bytes : result.younger.bytes) += store.size;
  });
  return result;
}

namespace {

// The live stores that are no slabs and that `wanted`, by their callers.
template <class Wanted>
std::vector<StoreCaller> callersOf(const LiveSet& live, const Owners& owners, Wanted wanted) {
  ByOwner<StoreCaller> by_owner;
  live.stores().forEach([&](recording::StoreId, const LiveStore& store) {
    if (isSlab(store.kind) || !wanted(store)) return;
    StoreCaller& caller = by_owner.of(owners.of(store.stack));
    caller.bytes += store.size;
    ++caller.stores;
  });
  return by_owner.mostFirst(&StoreCaller::bytes);
}

}  // namespace

std::vector<StoreCaller> callersOfStores(const LiveSet& live, const Owners& owners) {
  return callersOf(live, owners, [](const LiveStore&) { return true; });
}

SurvivingStores survivingStores(const LiveSet& live, const Owners& owners) {
  const auto survived = [&](const LiveStore& store) {
    return live.collections().hasSurvived(store.isolate, store.born);
  };
  SurvivingStores result;
  result.callers = callersOf(live, owners, survived);
  result.younger = callersOf(live, owners, [&](const LiveStore& store) { return !survived(store); });
  for (const StoreCaller& caller : result.younger) {
    result.younger_stores += caller.stores;
    result.younger_bytes += caller.bytes;
  }
  return result;
}

}  // namespace slabscope::analysis
