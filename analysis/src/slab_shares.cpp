// SPDX-License-Identifier: Apache-2.0
#include "slab_shares.h"

namespace slabscope::analysis {

void SlabShares::share(uint64_t size, SlicesOfSlab slices) {
  live_ = bytesUnder(slices);
  const std::vector<Cover>& covers =
      covers_.of(slices, [](const LiveSlice& slice) { return slice.stack.value; });
  shares_.clear();
  weights_.clear();
  order_.clear();
  for (const Cover& cover : covers) {
    shares_.push_back({recording::StackId{cover.caller}});
    weights_.push_back(cover.bytes);
    order_.push_back(cover.caller);
  }
  sharer_.share(size, weights_, order_, split_);
  for (size_t i = 0; i < shares_.size(); ++i) shares_[i].held = split_[i];
  sharer_.share(live_, weights_, order_, split_);
  for (size_t i = 0; i < shares_.size(); ++i) shares_[i].live = split_[i];
}

}  // namespace slabscope::analysis
