// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slab_table.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "slabscope/analysis/held_slabs.h"
#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/slabs.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {
namespace {

using recording::FrameId;
using recording::Nanoseconds;
using recording::StoreId;
using recording::StoreKind;

struct Slab {
  SlabRow row;
  uint64_t address = 0;
  uint64_t cut_end = 0;
  Nanoseconds last_cut = 0;
  std::vector<RangeOfBytes> cut;
};

uint64_t endOf(const std::vector<RangeOfBytes>& ranges) {
  uint64_t end = 0;
  for (const RangeOfBytes& range : ranges) end = std::max(end, range.end);
  return end;
}

class SlabTable {
 public:
  explicit SlabTable(const Scan& scan) : scan_(scan), owners_(scan.definitions) {}

  // What happens up to the instant.
  template <class Other>
  void take(const Other& /*changes no slab*/) {}

  void take(const recording::StoreAlloc& event) {
    const StoreKind kind = scan_.kinds.of(event);
    if (!isSlab(kind)) return;
    Slab slab;
    slab.address = event.address;
    slab.row.store = event.store;
    slab.row.kind = kind;
    slab.row.isolate = event.isolate;
    slab.row.born = event.t;
    slab.row.size = event.size;
    youngest_[Family(event.isolate, kind)] = event.t;
    slabs_.insert_or_assign(event.store.value, std::move(slab));
  }

  void take(const recording::StoreFree& event) {
    if (event.store == last_.id) last_ = {};
    slabs_.erase(event.store.value);
  }

  void take(const recording::StoreResize& event) {
    if (Slab* slab = find(event.store)) slab->row.size = event.size;
  }

  void take(const recording::StoreMove& event) {
    if (Slab* slab = find(event.store)) slab->row.isolate = event.isolate;
  }

  void take(const recording::Slice& event) {
    if (event.parent) return;
    Slab* slab = find(event.store);
    if (slab == nullptr) return;
    if (event.offset > slab->cut_end) addGap(*slab, event.offset - slab->cut_end, event.offset);
    slab->cut_end = std::max(slab->cut_end, event.offset + event.length);
    slab->cut.push_back({event.offset, event.offset + event.length});
    slab->last_cut = event.t;
    ++slab->row.cuts;
  }

  /// At the instant itself.
  void finishRows(const LiveSet& live) {
    HeldSlabs(live).forEach([this](const LiveStore&, const std::vector<const LiveSlice*>& slices) {
      if (Slab* slab = find(slices.front()->store)) finishRow(*slab, slices);
    });
    for (auto& [id, slab] : slabs_) {
      if (slab.row.slices == 0) finishRow(slab, {});
    }
  }

  /// With what happens after it.
  void takeLater(const recording::StoreFree& event) {
    Slab* slab = find(event.store);
    if (slab != nullptr && !slab->row.died) slab->row.died = event.t;
  }
  template <class Other>
  void takeLater(const Other& /*ends no slab*/) {}

  std::vector<SlabRow> takeRows() {
    std::vector<SlabRow> rows;
    rows.reserve(slabs_.size());
    for (auto& [id, slab] : slabs_) rows.push_back(std::move(slab.row));
    std::sort(rows.begin(), rows.end(), [](const SlabRow& a, const SlabRow& b) { return a.store < b.store; });
    return rows;
  }

 private:
  using Family = std::pair<uint32_t, StoreKind>;  // an isolate's slabs of one kind

  // Most cuts are of the slab of the cut before.
  Slab* find(StoreId id) {
    if (last_.slab != nullptr && last_.id == id) return last_.slab;
    const auto found = slabs_.find(id.value);
    if (found == slabs_.end()) return nullptr;
    last_ = {id, &found->second};
    return last_.slab;
  }

  static void addGap(Slab& slab, uint64_t gap, uint64_t offset) {
    if (isAlignment(gap, slab.address + offset)) {
      slab.row.padding += gap;
    } else if (slab.row.cuts == 0) {
      slab.row.startup += gap;
    } else {
      slab.row.unseen += gap;
    }
  }

  void finishRow(Slab& slab, const std::vector<const LiveSlice*>& slices) {
    SlabRow& row = slab.row;
    std::vector<RangeOfBytes> live;
    struct InSlab {
      std::vector<RangeOfBytes> ranges;
      uint64_t slices = 0;
    };
    std::map<FrameId, InSlab> by_owner;
    for (const LiveSlice* slice : slices) {
      const RangeOfBytes range{std::min(slice->offset, row.size),
                               std::min(slice->offset + slice->length, row.size)};
      live.push_back(range);
      // What is alive was handed out, even where the handing out itself was not seen.
      slab.cut.push_back(range);
      InSlab& mine = by_owner[owners_.of(slice->stack)];
      mine.ranges.push_back(range);
      ++mine.slices;
    }
    // A store that has shrunk under its Buffers has no bytes beyond its end.
    for (RangeOfBytes& range : slab.cut)
      range = {std::min(range.begin, row.size), std::min(range.end, row.size)};
    row.slices = slices.size();
    row.live = unionOf(live);
    const uint64_t cut = unionOf(slab.cut);
    row.dead = cut - row.live;
    const uint64_t end = std::min(row.size, endOf(slab.cut));
    closeGaps(row, end - cut);
    const uint64_t rest = row.size - end;
    (hasBeenLeft(slab) ? row.tail : row.free) = rest;

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
  static void closeGaps(SlabRow& row, uint64_t gaps) {
    for (uint64_t* gap : {&row.padding, &row.startup, &row.unseen}) {
      *gap = std::min(*gap, gaps);
      gaps -= *gap;
    }
    row.unseen += gaps;
  }

  bool hasBeenLeft(const Slab& slab) const {
    const auto youngest = youngest_.find(Family(slab.row.isolate, slab.row.kind));
    return youngest != youngest_.end() && youngest->second > std::max(slab.last_cut, slab.row.born);
  }

  const Scan& scan_;
  Owners owners_;
  struct Found {
    StoreId id;
    Slab* slab = nullptr;
  };
  std::unordered_map<uint64_t, Slab> slabs_;  // by store id
  Found last_;
  std::map<Family, Nanoseconds> youngest_;
};

}  // namespace

Result<std::vector<SlabRow>> slabTable(const Scan& scan, const Instant& at, const Progress& progress) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  SlabTable table(scan);
  LiveSet live(&scan.kinds);
  uint64_t seen = 0;
  bool reached = false;
  recording::BatchByKind batch;
  // A file that is still being written has grown since the scan: its kinds and definitions would be missing.
  for (uint64_t i = 0; i < scan.batches && reader->next(batch); ++i) {
    batch.events.forEach([&](const auto& event) {
      if (!reached && !at.includes(seen, event.t)) {
        reached = true;
        table.finishRows(live);
      }
      ++seen;
      if (reached) return table.takeLater(event);
      table.take(event);
      live.apply(event);
    });
    if (progress) progress(seen);
  }
  if (!reached) table.finishRows(live);
  return table.takeRows();
}

}  // namespace slabscope::analysis
