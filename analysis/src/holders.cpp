// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/holders.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

using recording::FrameId;

namespace {

// 128 bits: a weight times a size may not fit into 64.
__extension__ using Wide = unsigned __int128;

struct InSlab {
  std::vector<RangeOfBytes> ranges;
  uint64_t slices = 0;
};

template <class Caller, class Bytes>
std::vector<Caller> mostFirst(const std::map<FrameId, Caller>& by_owner, Bytes bytes) {
  std::vector<Caller> callers;
  callers.reserve(by_owner.size());
  for (const auto& [owner, caller] : by_owner) callers.push_back(caller);
  std::stable_sort(callers.begin(), callers.end(),
                   [&](const Caller& a, const Caller& b) { return a.*bytes > b.*bytes; });
  return callers;
}

}  // namespace

std::vector<uint64_t> shareOut(uint64_t whole, const std::vector<uint64_t>& weights) {
  if (weights.empty()) return {};
  Wide total = 0;
  for (const uint64_t weight : weights) total += weight;
  const bool even = total == 0;
  if (even) total = weights.size();

  std::vector<uint64_t> shares(weights.size());
  std::vector<uint64_t> remainders(weights.size());
  uint64_t left = whole;
  for (size_t i = 0; i < weights.size(); ++i) {
    const Wide product = static_cast<Wide>(whole) * (even ? 1 : weights[i]);
    shares[i] = static_cast<uint64_t>(product / total);
    remainders[i] = static_cast<uint64_t>(product % total);
    left -= shares[i];
  }
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; i < left; ++i) ++shares[order[i]];
  return shares;
}

namespace {

class HolderCounter {
 public:
  explicit HolderCounter(const Owners& owners) : owners_(owners) {}

  void add(const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    here_.clear();
    for (const LiveSlice* slice : slices) {
      InSlab& mine = here_[owners_.of(slice->stack)];
      mine.ranges.push_back({slice->offset, slice->offset + slice->length});
      ++mine.slices;
    }
    weights_.clear();
    for (auto& [owner, mine] : here_) weights_.push_back(unionOf(mine.ranges));
    const std::vector<uint64_t> shares = shareOut(slab.size, weights_);
    size_t i = 0;
    for (const auto& [owner, mine] : here_) {
      Holder& holder = by_owner_[owner];
      holder.owner = owner;
      holder.held += shares[i];
      holder.live += weights_[i];
      holder.slices += mine.slices;
      if (here_.size() == 1) holder.alone += slab.size;
      ++i;
    }
  }

  std::vector<Holder> finish() const { return mostFirst(by_owner_, &Holder::held); }

 private:
  const Owners& owners_;
  std::map<FrameId, Holder> by_owner_;
  std::map<FrameId, InSlab> here_;
  std::vector<uint64_t> weights_;
};

}  // namespace

Holders holdersOfSlabs(const LiveSet& live, const Owners& owners) {
  HolderCounter counter(owners);
  forEachHeldSlab(live, [&](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    counter.add(slab, slices);
  });
  Holders result;
  result.holders = counter.finish();
  live.stores().forEach([&](recording::StoreId, const LiveStore& store) {
    if (!isSlab(store.kind) || store.slices != 0) return;
    ++result.unknown_slabs;
    result.unknown_bytes += store.size;
  });
  return result;
}

Holders survivingHoldersOfSlabs(const LiveSet& live, const Owners& owners) {
  Holders result;
  HolderCounter survivors(owners);
  HolderCounter younger(owners);
  std::vector<const LiveSlice*> old;
  forEachHeldSlab(live, [&](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    old.clear();
    for (const LiveSlice* slice : slices) {
      if (live.collections().hasSurvived(slice->isolate, slice->born)) old.push_back(slice);
    }
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
  std::map<FrameId, StoreCaller> by_owner;
  live.stores().forEach([&](recording::StoreId, const LiveStore& store) {
    if (isSlab(store.kind) || !wanted(store)) return;
    const FrameId owner = owners.of(store.stack);
    StoreCaller& caller = by_owner[owner];
    caller.owner = owner;
    caller.bytes += store.size;
    ++caller.stores;
  });
  return mostFirst(by_owner, &StoreCaller::bytes);
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
