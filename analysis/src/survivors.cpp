// SPDX-License-Identifier: Apache-2.0
#include "survivors.h"

#include <vector>

#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {
namespace {

using recording::StackId;

class Selection {
 public:
  Selection(const Scan& scan, const HeldSlabs& held)
      : held_(held), live_(held.live()), owners_(scan.definitions) {}

  Survivors select() {
    survivors_.is_known = live_.collections().last(kMainIsolate) != nullptr;
    survivors_.all = live_.totals();
    addStores();
    held_.forEach([this](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
      addSlab(slab, slices);
    });
    return std::move(survivors_);
  }

 private:
  bool isLeft(uint32_t isolate, recording::Nanoseconds born) const {
    return live_.collections().last(isolate) == nullptr || live_.collections().hasSurvived(isolate, born);
  }

  void addStores() {
    live_.stores().forEach([this](recording::StoreId id, const LiveStore& store) {
      const bool is_slab = isSlab(store.kind);
      if ((is_slab && store.slices != 0) || !isLeft(store.isolate, store.born)) return;
      count(store);
      if (is_slab) {
        survivors_.slabs[id] = 0;
        return;
      }
      SurvivingBytes& bytes = survivors_.callers[owners_.of(store.stack)];
      bytes.live += store.size;
      bytes.held += store.size;
    });
    live_.forEachSlice([this](recording::SliceId, const LiveSlice& slice) {
      if (isLeft(slice.isolate, slice.born)) ++survivors_.totals.slices;
    });
  }

  void addSlab(const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    std::map<StackId, std::vector<RangeOfBytes>> ranges;
    std::vector<RangeOfBytes> all;
    for (const LiveSlice* slice : slices) {
      if (!isLeft(slice->isolate, slice->born)) continue;
      all.push_back({slice->offset, slice->offset + slice->length});
      ranges[slice->stack].push_back(all.back());
    }
    if (all.empty()) return;
    count(slab);
    const uint64_t live = unionOf(all);
    survivors_.slabs[slices.front()->store] = live;
    std::vector<uint64_t> weights;
    weights.reserve(ranges.size());
    for (auto& [stack, own] : ranges) weights.push_back(unionOf(own));
    const std::vector<uint64_t> held = shareOut(slab.size, weights);
    const std::vector<uint64_t> shares = shareOut(live, weights);
    size_t i = 0;
    for (const auto& [stack, own] : ranges) {
      SurvivingBytes& bytes = survivors_.callers[owners_.of(stack)];
      bytes.held += held[i];
      bytes.live += shares[i];
      ++i;
    }
  }

  void count(const LiveStore& store) {
    ++survivors_.totals.stores;
    survivors_.totals.store_bytes += store.size;
  }

  const HeldSlabs& held_;
  const LiveSet& live_;
  Owners owners_;
  Survivors survivors_;
};

}  // namespace

Survivors survivorsOf(const Scan& scan, const HeldSlabs& held) {
  return Selection(scan, held).select();
}

}  // namespace slabscope::analysis
