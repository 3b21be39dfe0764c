// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slab_table.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/slabs.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {
namespace {

using recording::FrameId;
using recording::Nanoseconds;
using recording::SliceId;
using recording::StoreId;
using recording::StoreKind;

struct Slab {
  SlabRow row;
  uint64_t address = 0;
  uint64_t cut_end = 0;
  Nanoseconds last_cut = 0;
  std::vector<RangeOfBytes> cut;
  std::map<SliceId, recording::Slice> live;
};

uint64_t endOf(const std::vector<RangeOfBytes>& ranges) {
  uint64_t end = 0;
  for (const RangeOfBytes& range : ranges) end = std::max(end, range.end);
  return end;
}

class SlabTable {
 public:
  explicit SlabTable(const Scan& scan) : scan_(scan), owners_(scan.definitions) {}

  void take(const recording::Event& event) {
    std::visit([this](const auto& one) { on(one); }, event);
  }

  /// Called with what happens after the instant.
  void takeLater(const recording::Event& event) {
    const auto* freed = std::get_if<recording::StoreFree>(&event);
    if (freed == nullptr) return;
    if (const auto slab = slabs_.find(freed->store); slab != slabs_.end() && !slab->second.row.died)
      slab->second.row.died = freed->t;
  }

  std::vector<SlabRow> finish() {
    std::vector<SlabRow> rows;
    rows.reserve(slabs_.size());
    for (auto& [id, slab] : slabs_) {
      finishRow(slab);
      rows.push_back(std::move(slab.row));
    }
    return rows;
  }

 private:
  using Family = std::pair<uint32_t, StoreKind>;  // an isolate's slabs of one kind

  template <class Other>
  void on(const Other& /*changes no slab*/) {}

  void on(const recording::StoreAlloc& event) {
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
    slabs_.insert_or_assign(event.store, std::move(slab));
  }

  void on(const recording::StoreFree& event) { slabs_.erase(event.store); }

  void on(const recording::StoreResize& event) {
    if (const auto slab = slabs_.find(event.store); slab != slabs_.end()) slab->second.row.size = event.size;
  }

  void on(const recording::StoreMove& event) {
    if (const auto slab = slabs_.find(event.store); slab != slabs_.end())
      slab->second.row.isolate = event.isolate;
  }

  void on(const recording::Slice& event) {
    const auto found = slabs_.find(event.store);
    if (found == slabs_.end()) return;
    Slab& slab = found->second;
    slab.live[event.slice] = event;
    slab_of_[event.slice] = event.store;
    if (event.parent) return;
    if (event.offset > slab.cut_end) addGap(slab, event.offset - slab.cut_end, event.offset);
    slab.cut_end = std::max(slab.cut_end, event.offset + event.length);
    slab.cut.push_back({event.offset, event.offset + event.length});
    slab.last_cut = event.t;
    ++slab.row.cuts;
  }

  void on(const recording::SliceFree& event) {
    const auto where = slab_of_.find(event.slice);
    if (where == slab_of_.end()) return;
    if (const auto slab = slabs_.find(where->second); slab != slabs_.end())
      slab->second.live.erase(event.slice);
    slab_of_.erase(where);
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

  void finishRow(Slab& slab) {
    SlabRow& row = slab.row;
    std::vector<RangeOfBytes> live;
    struct InSlab {
      std::vector<RangeOfBytes> ranges;
      uint64_t slices = 0;
    };
    std::map<FrameId, InSlab> by_owner;
    for (const auto& [id, slice] : slab.live) {
      const RangeOfBytes range{std::min(slice.offset, row.size),
                               std::min(slice.offset + slice.length, row.size)};
      live.push_back(range);
      // What is alive was handed out, even where the handing out itself was not seen.
      slab.cut.push_back(range);
      InSlab& mine = by_owner[owners_.of(slice.stack)];
      mine.ranges.push_back(range);
      ++mine.slices;
    }
    // A store that has shrunk under its Buffers has no bytes beyond its end.
    for (RangeOfBytes& range : slab.cut)
      range = {std::min(range.begin, row.size), std::min(range.end, row.size)};
    row.slices = slab.live.size();
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
  std::map<StoreId, Slab> slabs_;
  std::map<SliceId, StoreId> slab_of_;
  std::map<Family, Nanoseconds> youngest_;
};

}  // namespace

Result<std::vector<SlabRow>> slabTable(const Scan& scan, const Instant& at, const Progress& progress) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  SlabTable table(scan);
  uint64_t seen = 0;
  recording::Batch batch;
  // A file that is still being written has grown since the scan: its kinds and definitions would be missing.
  for (uint64_t i = 0; i < scan.batches && reader->next(batch); ++i) {
    for (const recording::Event& event : batch.events) {
      const auto t = std::visit([](const auto& one) { return one.t; }, event);
      if (at.includes(seen, t)) {
        table.take(event);
      } else {
        table.takeLater(event);
      }
      ++seen;
    }
    if (progress) progress(seen);
  }
  return table.finish();
}

}  // namespace slabscope::analysis
