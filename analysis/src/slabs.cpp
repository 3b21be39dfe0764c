// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slabs.h"

#include <algorithm>

namespace slabscope::analysis {

using recording::StoreId;

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

SlabFigures slabFigures(const HeldSlabs& held, recording::StoreKind kind) {
  const LiveSet& live = held.live();
  SlabFigures figures;
  live.stores().forEach([&](StoreId, const LiveStore& store) {
    if (store.kind != kind) return;
    ++figures.slabs;
    figures.bytes += store.size;
    figures.empty_slabs += store.slices == 0 ? 1 : 0;
    figures.empty_bytes += store.slices == 0 ? store.size : 0;
  });
  if (figures.empty_slabs == figures.slabs) return figures;
  held.forEach([&](const LiveStore& slab, SlicesOfSlab slices) {
    if (slab.kind != kind) return;
    figures.slices += slices.size();
    for (const LiveSlice* slice : slices) {
      if (!live.collections().hasSurvived(slice->isolate, slice->born)) ++figures.young_slices;
    }
    figures.live_bytes += bytesUnder(slices);
  });
  return figures;
}

}  // namespace slabscope::analysis
