// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/held_slabs.h"

#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

using recording::SliceId;
using recording::StoreId;

// Each store knows how many slices it has: their places can be set aside before they are known, and nothing
// needs to be sorted.
HeldSlabs::HeldSlabs(const LiveSet& live) : live_(live) {
  using Stores = LiveTable<StoreId, LiveStore>;
  constexpr uint32_t kNoSlab = ~uint32_t{0};
  std::vector<uint32_t> slab_of(live.stores().handleLimit(), kNoSlab);  // by the store's handle
  uint64_t all = 0;
  live.stores().forEachHandle([&](auto handle, StoreId, const LiveStore& store) {
    if (!isSlab(store.kind) || store.slices == 0) return;
    slab_of[handle] = static_cast<uint32_t>(slabs_.size());
    const auto begin = static_cast<uint32_t>(all);
    slabs_.push_back({&store, begin, begin});
    all += store.slices;
  });
  slices_.resize(all);
  live.slices().forEachHandle([&](auto handle, SliceId, const LiveSlice& slice) {
    const auto store = live.stores().handleOf(slice.store);
    if (store == Stores::kNoHandle || slab_of[store] == kNoSlab) return;
    slices_[slabs_[slab_of[store]].end++] = handle;
  });
}

}  // namespace slabscope::analysis
