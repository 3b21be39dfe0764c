// SPDX-License-Identifier: Apache-2.0
#include "slab_shares.h"

#include <algorithm>

namespace slabscope::analysis {

void SlabShares::share(uint64_t size, const std::vector<const LiveSlice*>& slices) {
  parts_.clear();
  ranges_.clear();
  for (const LiveSlice* slice : slices) {
    ranges_.push_back({slice->offset, slice->offset + slice->length});
    parts_.push_back({slice->stack, ranges_.back()});
  }
  live_ = unionOf(ranges_);
  std::sort(parts_.begin(), parts_.end());

  shares_.clear();
  weights_.clear();
  uint64_t covered = 0;  // everything of this stack below it has been counted
  for (const Part& part : parts_) {
    if (shares_.empty() || shares_.back().stack != part.stack) {
      shares_.push_back({part.stack});
      weights_.push_back(0);
      covered = 0;
    }
    const uint64_t begin = std::max(part.range.begin, covered);
    if (part.range.end <= begin) continue;
    weights_.back() += part.range.end - begin;
    covered = part.range.end;
  }
  sharer_.share(size, weights_, split_);
  for (size_t i = 0; i < shares_.size(); ++i) shares_[i].held = split_[i];
  sharer_.share(live_, weights_, split_);
  for (size_t i = 0; i < shares_.size(); ++i) shares_[i].live = split_[i];
}

}  // namespace slabscope::analysis
