// SPDX-License-Identifier: Apache-2.0
// The slabs of a live set, and how much of them is used.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace slabscope::analysis {

struct SlabFigures {
  uint64_t slabs = 0;
  uint64_t bytes = 0;
  uint64_t slices = 0;       ///< live ones, views included
  uint64_t live_bytes = 0;   ///< under at least one live slice
  uint64_t empty_slabs = 0;  ///< without a live slice: held by their ArrayBuffer, or not collected yet
  uint64_t empty_bytes = 0;
  // Of these slices no full collection of their isolate has been seen: they may already be garbage.
  uint64_t young_slices = 0;

  /// live / size; 0 without a slab.
  double utilisation() const {
    return bytes == 0 ? 0 : static_cast<double>(live_bytes) / static_cast<double>(bytes);
  }
};

struct RangeOfBytes {
  uint64_t begin = 0;
  uint64_t end = 0;
  friend auto operator<=>(const RangeOfBytes&, const RangeOfBytes&) = default;
};

/// What of the range lies within a slab of `size` bytes: one that has shrunk under its Buffers has no bytes
/// beyond its end.
inline RangeOfBytes within(const RangeOfBytes& range, uint64_t size) {
  return {std::min(range.begin, size), std::min(range.end, size)};
}

/// The number of bytes that are in at least one of the ranges. Sorts them by where they begin.
uint64_t unionOf(std::vector<RangeOfBytes>& ranges);

}  // namespace slabscope::analysis
