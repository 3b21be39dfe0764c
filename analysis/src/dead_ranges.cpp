// SPDX-License-Identifier: Apache-2.0
#include "dead_ranges.h"

#include <algorithm>
#include <iterator>

namespace slabscope::analysis {

void DeadRanges::add(RangeOfBytes range, const Owner& owner) {
  // Stores may overlap in a recording that has lost a death: the last one to die is what is remembered.
  take(range);
  if (range.end <= range.begin || range.end - range.begin < shortest_) return;
  ranges_.insert_or_assign(range.begin, Range{range.end, owner});
  if (ranges_.size() > kMost) forgetShortest();
}

DeadRanges::Overlap DeadRanges::take(RangeOfBytes range) {
  Overlap overlap;
  if (range.begin >= range.end) return overlap;
  auto at = ranges_.upper_bound(range.begin);
  if (at != ranges_.begin() && std::prev(at)->second.end > range.begin) --at;
  while (at != ranges_.end() && at->first < range.end) {
    const RangeOfBytes found{at->first, at->second.end};
    const Owner owner = at->second.owner;
    if (overlap.bytes == 0) overlap.owner = owner;
    overlap.bytes += std::min(found.end, range.end) - std::max(found.begin, range.begin);
    at = ranges_.erase(at);
    if (found.begin < range.begin) ranges_.emplace_hint(at, found.begin, Range{range.begin, owner});
    if (found.end > range.end) ranges_.emplace_hint(at, range.end, Range{found.end, owner});
  }
  return overlap;
}

void DeadRanges::forgetShortest() {
  while (ranges_.size() > kMost / 2) {
    shortest_ *= 2;
    std::erase_if(ranges_, [&](const auto& entry) { return entry.second.end - entry.first < shortest_; });
  }
}

}  // namespace slabscope::analysis
