// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slabs.h"

#include <algorithm>

namespace slabscope::analysis {

uint64_t unionOf(std::vector<RangeOfBytes>& ranges) {
  // What ends first makes no difference.
  std::sort(ranges.begin(), ranges.end(),
            [](const RangeOfBytes& a, const RangeOfBytes& b) { return a.begin < b.begin; });
  uint64_t bytes = 0;
  uint64_t covered = 0;  // everything below it has been counted
  for (const RangeOfBytes& range : ranges) {
    const uint64_t begin = std::max(range.begin, covered);
    if (range.end <= begin) continue;
    bytes += range.end - begin;
    covered = range.end;
  }
  return bytes;
}

}  // namespace slabscope::analysis
