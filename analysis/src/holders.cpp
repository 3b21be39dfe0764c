// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/holders.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

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
  Sharer().share(whole, weights, shares);
  return shares;
}

void Sharer::share(uint64_t whole, const std::vector<uint64_t>& weights, std::vector<uint64_t>& shares) {
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
      remainders_[i] = product % divisor;
    } else {
      const Wide wide = static_cast<Wide>(whole) * weight;
      shares[i] = static_cast<uint64_t>(wide / total);
      remainders_[i] = static_cast<uint64_t>(wide % total);
    }
    left -= shares[i];
  }
  if (left == 0) return;
  order_.resize(weights.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
  // There are fewer bytes left than shares.
  std::nth_element(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(left), order_.end(),
                   [&](size_t a, size_t b) {
                     return remainders_[a] != remainders_[b] ? remainders_[a] > remainders_[b] : a < b;
                   });
  for (size_t i = 0; i < left; ++i) ++shares[order_[i]];
}

namespace {

class HolderCounter {
 public:
  explicit HolderCounter(const Owners& owners) : owners_(owners) {}

  void add(const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    here_.clear();
    for (const LiveSlice* slice : slices)
      here_.push_back({owners_.of(slice->stack), slice->offset, slice->offset + slice->length});
    std::sort(here_.begin(), here_.end());
    weights_.clear();
    for (auto from = here_.begin(); from != here_.end();) weights_.push_back(liveOf(from));
    sharer_.share(slab.size, weights_, shares_);
    auto from = here_.begin();
    for (size_t i = 0; i < weights_.size(); ++i) {
      Holder& holder = by_owner_.of(from->owner);
      holder.held += shares_[i];
      holder.live += weights_[i];
      if (weights_.size() == 1) holder.alone += slab.size;
      for (; from != here_.end() && from->owner == holder.owner; ++from) ++holder.slices;
    }
  }

  std::vector<Holder> finish() const { return by_owner_.mostFirst(&Holder::held); }

 private:
  struct Part {
    FrameId owner;
    uint64_t begin = 0;
    uint64_t end = 0;
    // What ends first makes no difference to the bytes under all of them.
    friend bool operator<(const Part& a, const Part& b) {
      return a.owner != b.owner ? a.owner < b.owner : a.begin < b.begin;
    }
  };

  // The bytes under the parts of one owner, from the first of them on; steps behind the last.
  uint64_t liveOf(std::vector<Part>::iterator& from) const {
    const FrameId owner = from->owner;
    uint64_t bytes = 0;
    uint64_t covered = 0;  // everything below it has been counted
    for (; from != here_.end() && from->owner == owner; ++from) {
      const uint64_t begin = std::max(from->begin, covered);
      if (from->end <= begin) continue;
      bytes += from->end - begin;
      covered = from->end;
    }
    return bytes;
  }

  const Owners& owners_;
  ByOwner<Holder> by_owner_;
  // Of one slab; they keep their memory.
  std::vector<Part> here_;
  std::vector<uint64_t> weights_;
  std::vector<uint64_t> shares_;
  Sharer sharer_;
};

// A slab's slices are of one isolate nearly always.
void keepSurvivors(const FullCollections& collections, const std::vector<const LiveSlice*>& slices,
                   std::vector<const LiveSlice*>& survivors) {
  survivors.clear();
  if (slices.empty()) return;
  uint32_t isolate = slices.front()->isolate;
  const recording::Nanoseconds* judged = collections.last(isolate);
  for (const LiveSlice* slice : slices) {
    if (slice->isolate != isolate) {
      isolate = slice->isolate;
      judged = collections.last(isolate);
    }
    if (judged != nullptr && slice->born < *judged) survivors.push_back(slice);
  }
}

}  // namespace

Holders holdersOfSlabs(const HeldSlabs& slabs, const Owners& owners) {
  const LiveSet& live = slabs.live();
  HolderCounter counter(owners);
  slabs.forEach(
      [&](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) { counter.add(slab, slices); });
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
  std::vector<const LiveSlice*> old;
  slabs.forEach([&](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    keepSurvivors(slabs.live().collections(), slices, old);
    if (!old.empty()) counter.add(slab, old);
  });
  return counter.finish();
}

Holders survivingHoldersOfSlabs(const HeldSlabs& slabs, const Owners& owners) {
  const LiveSet& live = slabs.live();
  Holders result;
  HolderCounter survivors(owners);
  HolderCounter younger(owners);
  std::vector<const LiveSlice*> old;
  slabs.forEach([&](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    keepSurvivors(live.collections(), slices, old);
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
