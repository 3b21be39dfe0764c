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

Holders holdersOfSlabs(const LiveSet& live, const Owners& owners) {
  std::map<FrameId, Holder> by_owner;
  std::map<FrameId, InSlab> here;
  std::vector<uint64_t> weights;
  forEachHeldSlab(live, [&](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    here.clear();
    for (const LiveSlice* slice : slices) {
      InSlab& mine = here[owners.of(slice->stack)];
      mine.ranges.push_back({slice->offset, slice->offset + slice->length});
      ++mine.slices;
    }
    weights.clear();
    for (auto& [owner, mine] : here) weights.push_back(unionOf(mine.ranges));
    const std::vector<uint64_t> shares = shareOut(slab.size, weights);
    size_t i = 0;
    for (const auto& [owner, mine] : here) {
      Holder& holder = by_owner[owner];
      holder.owner = owner;
      holder.held += shares[i];
      holder.live += weights[i];
      holder.slices += mine.slices;
      if (here.size() == 1) holder.alone += slab.size;
      ++i;
    }
  });

  Holders result{.holders = mostFirst(by_owner, &Holder::held), .unknown_slabs = 0, .unknown_bytes = 0};
  live.stores().forEach([&](recording::StoreId, const LiveStore& store) {
    if (!isSlab(store.kind) || store.slices != 0) return;
    ++result.unknown_slabs;
    result.unknown_bytes += store.size;
  });
  return result;
}

std::vector<StoreCaller> callersOfStores(const LiveSet& live, const Owners& owners) {
  std::map<FrameId, StoreCaller> by_owner;
  live.stores().forEach([&](recording::StoreId, const LiveStore& store) {
    if (isSlab(store.kind)) return;
    StoreCaller& caller = by_owner[owners.of(store.stack)];
    caller.owner = owners.of(store.stack);
    caller.bytes += store.size;
    ++caller.stores;
  });
  return mostFirst(by_owner, &StoreCaller::bytes);
}

}  // namespace slabscope::analysis
