// SPDX-License-Identifier: Apache-2.0
#include "slab_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/slab_layout.h"
#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

using recording::FrameId;
using recording::StoreId;
using recording::StoreKind;

void SlabRows::take(const recording::StoreAlloc& event) {
  const StoreKind kind = scan_.kinds.of(event);
  if (!isSlab(kind)) return;
  Slab slab;
  slab.address = event.address;
  slab.row.store = event.store;
  slab.row.kind = kind;
  slab.row.isolate = event.isolate;
  slab.row.born = event.t;
  slab.row.size = event.size;
  youngest_.add(event.store, {event.isolate, kind}, event.t, event.stack);
  slabs_.insert_or_assign(event.store.value, std::move(slab));
}

void SlabRows::take(const recording::StoreFree& event) {
  if (event.store == last_.id) last_ = {};
  slabs_.erase(event.store.value);
}

void SlabRows::take(const recording::StoreResize& event) {
  if (Slab* slab = find(event.store)) slab->row.size = event.size;
}

void SlabRows::take(const recording::StoreMove& event) {
  if (Slab* slab = find(event.store)) slab->row.isolate = event.isolate;
}

void SlabRows::take(const recording::Slice& event) {
  if (event.parent) return;
  Slab* slab = find(event.store);
  if (slab == nullptr) return;
  if (event.offset > slab->cuts.end()) addGap(*slab, event.offset - slab->cuts.end(), event.offset);
  slab->cuts.add(event.offset, event.length);
  slab->last_cut = event.t;
  ++slab->row.cuts;
}

void SlabRows::finish(const LiveSet& live) {
  knows_slices_ = scan_.knowsSlices();
  forEachHeldSlab(live, [this](const LiveStore&, SlicesOfSlab slices) {
    if (Slab* slab = find(slices.front()->store)) finishRow(*slab, slices);
  });
  for (auto& [id, slab] : slabs_) {
    if (slab.row.slices == 0) finishRow(slab, {});
  }
}

void SlabRows::takeLater(const recording::StoreFree& event) {
  Slab* slab = find(event.store);
  if (slab != nullptr && !slab->row.died) slab->row.died = event.t;
}

std::vector<SlabRow> SlabRows::takeRows() {
  std::vector<SlabRow> rows;
  rows.reserve(slabs_.size());
  for (auto& [id, slab] : slabs_) rows.push_back(std::move(slab.row));
  std::sort(rows.begin(), rows.end(), [](const SlabRow& a, const SlabRow& b) { return a.store < b.store; });
  return rows;
}

// Most cuts are of the slab of the cut before.
SlabRows::Slab* SlabRows::find(StoreId id) {
  if (last_.slab != nullptr && last_.id == id) return last_.slab;
  const auto found = slabs_.find(id.value);
  if (found == slabs_.end()) return nullptr;
  last_ = {id, &found->second};
  return last_.slab;
}

void SlabRows::addGap(Slab& slab, uint64_t gap, uint64_t offset) {
  SlabRow& row = slab.row;
  const ByteState state = stateOfGap(gap, slab.address + offset, row.cuts == 0);
  (state == ByteState::kPadding   ? row.padding
   : state == ByteState::kStartup ? row.startup
                                  : row.unseen) += gap;
}

void SlabRows::finishRow(Slab& slab, SlicesOfSlab slices) {
  SlabRow& row = slab.row;
  if (!knows_slices_) {
    row.unseen = row.size;
    return;
  }
  struct InSlab {
    std::vector<RangeOfBytes> ranges;
    uint64_t slices = 0;
  };
  std::map<FrameId, InSlab> by_owner;
  std::vector<RangeOfBytes> live;
  live.reserve(slices.size());
  std::vector<RangeOfBytes> cut;
  slab.cuts.appendTo(cut);
  for (RangeOfBytes& range : cut) range = within(range, row.size);
  uint64_t end = std::min(row.size, slab.cuts.end());
  for (const LiveSlice* slice : slices) {
    const RangeOfBytes range = within({slice->offset, slice->offset + slice->length}, row.size);
    live.push_back(range);
    // What is alive was handed out, even where the handing out itself was not seen.
    cut.push_back(range);
    end = std::max(end, range.end);
    InSlab& mine = by_owner[owners_.of(slice->stack)];
    mine.ranges.push_back(range);
    ++mine.slices;
  }
  row.slices = slices.size();
  row.live = unionOf(live);
  const uint64_t cut_bytes = unionOf(cut);
  row.dead = cut_bytes - row.live;
  closeGaps(row, end - cut_bytes);
  const bool is_left = youngest_.haveReplaced(row.store, {row.isolate, row.kind}, row.born, slab.last_cut);
  (is_left ? row.tail : row.free) = row.size - end;

  std::vector<uint64_t> weights;
  weights.reserve(by_owner.size());
  for (auto& [owner, mine] : by_owner) weights.push_back(unionOf(mine.ranges));
  const std::vector<uint64_t> shares = shareOut(row.size, weights);
  size_t i = 0;
  for (const auto& [owner, mine] : by_owner) {
    row.holders.push_back({owner, weights[i], shares[i], mine.slices});
    ++i;
  }
  std::stable_sort(row.holders.begin(), row.holders.end(),
                   [](const SlabHolder& a, const SlabHolder& b) { return a.share > b.share; });
}

// Gaps are told apart when a cut skips them. A view whose parent is not known, or a cut that came late, may
// lie in one: then less is left of it.
void SlabRows::closeGaps(SlabRow& row, uint64_t gaps) {
  for (uint64_t* gap : {&row.padding, &row.startup, &row.unseen}) {
    *gap = std::min(*gap, gaps);
    gaps -= *gap;
  }
  row.unseen += gaps;
}

}  // namespace slabscope::analysis
