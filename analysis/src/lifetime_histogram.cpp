// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/lifetime_histogram.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace slabscope::analysis {

using recording::Nanoseconds;

void LifetimeHistogram::add(Nanoseconds lifetime) {
  const auto range = lifetime < 2 ? size_t{0} : static_cast<size_t>(std::bit_width(lifetime)) - 1;
  if (counts_.size() <= range) counts_.resize(range + 1);
  ++counts_[range];
  ++count_;
}

void LifetimeHistogram::add(const LifetimeHistogram& other) {
  counts_.resize(std::max(counts_.size(), other.counts_.size()));
  for (size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
}

LifetimeHistogram::Range LifetimeHistogram::rangeOf(size_t index) {
  constexpr size_t kLast = 63;
  return {index == 0 ? 0 : Nanoseconds{1} << index,
          index >= kLast ? std::numeric_limits<Nanoseconds>::max() : Nanoseconds{2} << index};
}

std::optional<LifetimeHistogram::Range> LifetimeHistogram::rangeOfRank(uint64_t rank) const {
  if (count_ == 0) return std::nullopt;
  uint64_t seen = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= rank) return rangeOf(i);
  }
  return std::nullopt;
}

}  // namespace slabscope::analysis
