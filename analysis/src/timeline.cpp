// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/timeline.h"

#include <algorithm>

#include "slabscope/analysis/id_map.h"
#include "slabscope/analysis/live_table.h"
#include "slabscope/analysis/slabs.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

using recording::Nanoseconds;
using recording::SliceId;
using recording::StoreId;

namespace {

// How many bytes of `range` are in none of `others`.
uint64_t bytesOutside(const RangeOfBytes& range, const std::vector<RangeOfBytes>& others,
                      std::vector<RangeOfBytes>& scratch) {
  scratch.clear();
  for (const RangeOfBytes& other : others) {
    const RangeOfBytes common{std::max(range.begin, other.begin), std::min(range.end, other.end)};
    if (common.begin < common.end) scratch.push_back(common);
  }
  return range.end - range.begin - unionOf(scratch);
}

}  // namespace

class TimelineBuilder {
  struct Store {
    uint64_t size = 0;
    bool is_slab = false;
    bool overlaps = false;  // some of its slices have, or had, bytes in common
    uint64_t cut_end = 0;   // behind the furthest slice
    std::vector<RangeOfBytes> live;
  };

  struct Piece {
    StoreId store;
    RangeOfBytes range;
  };

 public:
  TimelineBuilder(const Scan& scan, TimeRange range) : scan_(scan) {
    const Nanoseconds until = std::min(range.until, scan.duration + 1);
    line_.from_ = std::min(range.from, until);
    length_ = until - line_.from_;
    while ((length_ >> line_.shift_) >= Timeline::kMostBins) ++line_.shift_;
    for (size_t i = 0; i < kSeriesCount; ++i) line_.levels_[i].emplace_back(bins());
    // These are known from the start on; the others once they are told.
    for (size_t i = 0; i <= static_cast<size_t>(Series::kLiveBytes); ++i) told_[i] = true;
  }

  /// False behind the range.
  template <class T>
  bool take(const T& event) {
    if (event.t >= line_.from_) {
      if (event.t - line_.from_ >= length_) return false;
      moveTo((event.t - line_.from_) >> line_.shift_);
    }
    on(event);
    return true;
  }

  Timeline finish() {
    if (length_ != 0) moveTo(bins() - 1);
    if (length_ != 0) noteAll();
    for (std::vector<Timeline::Level>& levels : line_.levels_) {
      while (levels.back().size() > 1) levels.push_back(pairsOf(levels.back()));
    }
    return std::move(line_);
  }

 private:
  size_t bins() const { return length_ == 0 ? 0 : static_cast<size_t>((length_ - 1) >> line_.shift_) + 1; }

  static Timeline::Level pairsOf(const Timeline::Level& level) {
    Timeline::Level pairs((level.size() + 1) / 2);
    for (size_t i = 0; i < level.size(); ++i) pairs[i / 2].add(level[i]);
    return pairs;
  }

  // The values of now are those at the start of the bins up to `bin`.
  void moveTo(size_t bin) {
    if (!started_) {
      started_ = true;
      noteAll();
    }
    while (bin_ < bin) {
      ++bin_;
      noteAll();
    }
  }
  void noteAll() {
    for (size_t i = 0; i < kSeriesCount; ++i) {
      if (told_[i]) line_.levels_[i].front()[bin_].add(values_[i]);
    }
  }

  uint64_t value(Series series) const { return values_[static_cast<size_t>(series)]; }
  void set(Series series, uint64_t value) {
    const auto i = static_cast<size_t>(series);
    values_[i] = value;
    told_[i] = true;
    if (started_) line_.levels_[i].front()[bin_].add(value);
  }
  void increase(Series series, uint64_t by) { set(series, value(series) + by); }
  void decrease(Series series, uint64_t by) { set(series, value(series) - by); }

  template <class Other>
  void on(const Other& /*is in no series*/) {}

  void on(const recording::StoreAlloc& event) {
    Store& store = stores_.put(event.store, {});
    store.size = event.size;
    store.is_slab = isSlab(scan_.kinds.of(event));
    increase(Series::kStores, 1);
    increase(Series::kStoreBytes, event.size);
    increase(store.is_slab ? Series::kSlabs : Series::kOwnStores, 1);
    increase(store.is_slab ? Series::kSlabBytes : Series::kOwnBytes, event.size);
  }

  void on(const recording::StoreFree& event) {
    const Store* store = stores_.find(event.store);
    if (store == nullptr) return;
    decrease(Series::kStores, 1);
    decrease(Series::kStoreBytes, store->size);
    decrease(store->is_slab ? Series::kSlabs : Series::kOwnStores, 1);
    decrease(store->is_slab ? Series::kSlabBytes : Series::kOwnBytes, store->size);
    if (!store->live.empty()) {
      decrease(Series::kHeldBytes, store->size);
      scratch_ = store->live;
      decrease(Series::kLiveBytes, unionOf(scratch_));
    }
    stores_.erase(event.store);
  }

  void on(const recording::StoreResize& event) {
    Store* store = stores_.find(event.store);
    if (store == nullptr) return;
    const uint64_t change = event.size - store->size;  // may wrap, as the sums then do
    store->size = event.size;
    increase(Series::kStoreBytes, change);
    increase(store->is_slab ? Series::kSlabBytes : Series::kOwnBytes, change);
    if (!store->live.empty()) increase(Series::kHeldBytes, change);
  }

  void on(const recording::Slice& event) {
    Store* store = stores_.find(event.store);
    if (store == nullptr || !store->is_slab) return;
    const RangeOfBytes range{event.offset, event.offset + event.length};
    if (range.begin < store->cut_end) store->overlaps = true;
    store->cut_end = std::max(store->cut_end, range.end);
    const uint64_t fresh = store->overlaps ? bytesOutside(range, store->live, scratch_) : event.length;
    if (!event.parent) increase(Series::kCutBytes, event.length);
    if (store->live.empty()) increase(Series::kHeldBytes, store->size);
    if (fresh != 0) increase(Series::kLiveBytes, fresh);
    store->live.push_back(range);
    slices_.put(event.slice, {event.store, range});
  }

  void on(const recording::SliceFree& event) {
    const Piece* known = slices_.find(event.slice);
    if (known == nullptr) return;
    const Piece slice = *known;
    slices_.erase(event.slice);
    Store* store = stores_.find(slice.store);
    if (store == nullptr) return;
    std::vector<RangeOfBytes>& live = store->live;
    *std::find(live.begin(), live.end(), slice.range) = live.back();
    live.pop_back();
    const uint64_t gone =
        store->overlaps ? bytesOutside(slice.range, live, scratch_) : slice.range.end - slice.range.begin;
    if (live.empty()) decrease(Series::kHeldBytes, store->size);
    if (gone != 0) decrease(Series::kLiveBytes, gone);
  }

  void on(const recording::Gc& event) {
    if (event.t >= line_.from_) line_.collections_.push_back(event);
  }
  void on(const recording::ProcessRss& event) { set(Series::kRss, event.rss); }
  void on(const recording::Memory& event) {
    set(Series::kRss, event.rss);
    if (event.isolate != kMainIsolate) return;
    set(Series::kHeapUsed, event.heap_used);
    set(Series::kExternal, event.external);
    set(Series::kArrayBuffers, event.array_buffers);
  }

  const Scan& scan_;
  Timeline line_;
  Nanoseconds length_ = 0;
  std::array<uint64_t, kSeriesCount> values_{};
  std::array<bool, kSeriesCount> told_{};
  bool started_ = false;
  size_t bin_ = 0;
  IdMap<StoreId, Store> stores_;
  LiveTable<SliceId, Piece> slices_;
  std::vector<RangeOfBytes> scratch_;
};

Result<Timeline> Timeline::build(const Scan& scan, TimeRange range, const Progress& progress) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  TimelineBuilder builder(scan, range);
  bool inside = true;
  uint64_t events = 0;
  recording::BatchByKind batch;
  // A file that is still being written has grown since the scan: its kinds would be missing.
  for (uint64_t i = 0; i < scan.batches && inside && reader->next(batch); ++i) {
    batch.events.forEach([&](const auto& event) { return inside = builder.take(event); });
    events += batch.events.size();
    if (progress) progress(events);
  }
  return builder.finish();
}

std::vector<TimelineColumn> Timeline::columns(Series series, Nanoseconds from, Nanoseconds until,
                                              size_t count) const {
  const std::vector<Level>& levels = levels_[static_cast<size_t>(series)];
  const size_t bins = levels.front().size();
  from = std::max(from, from_);
  if (from >= until || count == 0 || ((from - from_) >> shift_) >= bins) return {};
  size_t first = static_cast<size_t>((from - from_) >> shift_);
  size_t last = static_cast<size_t>(std::min<Nanoseconds>((until - 1 - from_) >> shift_, bins - 1));
  size_t level = 0;
  while (last - first + 1 > 2 * count && level + 1 < levels.size()) {
    first /= 2;
    last /= 2;
    ++level;
  }
  std::vector<TimelineColumn> columns;
  columns.reserve(last - first + 1);
  const auto shift = shift_ + static_cast<unsigned>(level);
  for (size_t i = first; i <= last; ++i) {
    const Nanoseconds begin = from_ + (static_cast<Nanoseconds>(i) << shift);
    columns.push_back({begin, begin + (Nanoseconds{1} << shift), levels[level][i]});
  }
  return columns;
}

}  // namespace slabscope::analysis
