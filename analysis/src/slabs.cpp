// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slabs.h"

#include <algorithm>
#include <tuple>

namespace slabscope::analysis {

using recording::SliceId;
using recording::StoreId;

uint64_t unionOf(std::vector<RangeOfBytes>& ranges) {
  std::sort(ranges.begin(), ranges.end());
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

bool isAlignment(uint64_t gap, uint64_t address) {
  const uint64_t alignment = address & (~address + 1);
  return gap < alignment;
}

void forEachHeldSlab(const LiveSet& live, const SlabVisitor& visit) {
  struct Held {
    StoreId store;
    SliceId id;
    const LiveSlice* slice;
  };
  std::vector<Held> held;
  live.forEachSlice([&](SliceId id, const LiveSlice& slice) {
    if (isSlab(live.stores().find(slice.store)->kind)) held.push_back({slice.store, id, &slice});
  });
  std::sort(held.begin(), held.end(),
            [](const Held& a, const Held& b) { return std::tie(a.store, a.id) < std::tie(b.store, b.id); });

  std::vector<const LiveSlice*> slices;
  for (auto from = held.begin(); from != held.end();) {
    slices.clear();
    auto to = from;
    for (; to != held.end() && to->store == from->store; ++to) slices.push_back(to->slice);
    visit(*live.stores().find(from->store), slices);
    from = to;
  }
}

SlabFigures slabFigures(const LiveSet& live, recording::StoreKind kind) {
  SlabFigures figures;
  live.stores().forEach([&](StoreId, const LiveStore& store) {
    if (store.kind != kind) return;
    ++figures.slabs;
    figures.bytes += store.size;
    figures.empty_slabs += store.slices == 0 ? 1 : 0;
    figures.empty_bytes += store.slices == 0 ? store.size : 0;
  });
  if (figures.empty_slabs == figures.slabs) return figures;
  std::vector<RangeOfBytes> ranges;
  forEachHeldSlab(live, [&](const LiveStore& slab, const std::vector<const LiveSlice*>& slices) {
    if (slab.kind != kind) return;
    ranges.clear();
    figures.slices += slices.size();
    for (const LiveSlice* slice : slices) {
      ranges.push_back({slice->offset, slice->offset + slice->length});
      if (!live.collections().hasSurvived(slice->isolate, slice->born)) ++figures.young_slices;
    }
    figures.live_bytes += unionOf(ranges);
  });
  return figures;
}

}  // namespace slabscope::analysis
