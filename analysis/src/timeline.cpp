// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/timeline.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "live_ranges.h"
#include "slabscope/analysis/id_map.h"
#include "slabscope/analysis/live_table.h"
#include "slabscope/recording/reader.h"
#include "waypoints.h"

namespace slabscope::analysis {

using recording::Nanoseconds;
using recording::SliceId;
using recording::StoreId;

class TimelineBuilder {
  struct Store {
    uint64_t size = 0;
    bool is_slab = false;
    uint32_t kept = Waypoints::kNone;  // its number among those
    LiveRanges live;
  };

  struct Piece {
    StoreId store;
    uint32_t place = 0;  // in its store's `live`
    uint32_t kept = Waypoints::kNone;
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

  /// What was alive before the first event, and the values of the series then.
  template <class T>
  void restore(const T& event) {
    on(event);
  }
  void setValues(const std::array<Extent, kSeriesCount>& values) {
    for (size_t i = 0; i < kSeriesCount; ++i) {
      told_[i] = !values[i].empty();
      values_[i] = told_[i] ? values[i].max : 0;
    }
    line_.collections_.clear();
  }

  /// The same of a waypoint.
  void restore(const Waypoints& waypoints, const Waypoints::Waypoint& waypoint) {
    waypoints.forEachAlive(waypoint, [this](const auto& one) { restoreKept(one); });
  }

  /// Waypoints will be kept.
  void keepWaypoints(const WaypointSpacing& spacing) { waypoints_ = std::make_shared<Waypoints>(spacing); }

  /// Between two batches.
  void keepCheckpoint(const recording::Reader& reader) {
    const uint64_t events = reader.position().events;
    Timeline::Checkpoint& checkpoint = line_.checkpoints_.emplace_back();
    checkpoint.events = events;
    for (size_t i = 0; i < kSeriesCount; ++i) {
      if (told_[i]) checkpoint.values[i].add(values_[i]);
    }
    const size_t alive = stores_.size() + slices_.size();
    if (!waypoints_->isDue(events, alive)) return;
    keepWaypoint(reader.place());
    if (waypoints_->isTooMuch(alive)) thinOut();
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
    if (length_ != 0) endBin();
    for (std::vector<Timeline::Level>& levels : line_.levels_) {
      while (levels.back().size() > 1) levels.push_back(pairsOf(levels.back()));
    }
    line_.waypoints_ = std::move(waypoints_);
    return std::move(line_);
  }

 private:
  void keepWaypoint(const recording::Reader::Place& place) {
    stores_.forEach([this](StoreId id, const Store& store) {
      if (store.kept != Waypoints::kNone) return;
      stores_.find(id)->kept = waypoints_->add(Waypoints::Store{id, store.size, store.is_slab});
    });
    slices_.changeThoseAbove(last_kept_, [this](SliceId id, Piece& slice) {
      const Store* store = storeOf(slice.store);
      if (store == nullptr) return;
      slice.kept = waypoints_->add(Waypoints::Slice{id, slice.store, store->live.at(slice.place)});
    });
    last_kept_ = {place.defined.slices};
    waypoints_->endWaypoint(place);
  }
  void thinOut() {
    waypoints_->thinOut([this](StoreId id, uint32_t number) { stores_.find(id)->kept = number; },
                        [this](SliceId id, uint32_t number) { slices_.find(id)->kept = number; });
  }

  void restoreKept(const Waypoints::Store& store) {
    last_store_ = nullptr;
    Store& restored = stores_.put(store.id, {});
    restored.size = store.size;
    restored.is_slab = store.is_slab;
  }
  void restoreKept(const Waypoints::Slice& slice) {
    Store& store = *storeOf(slice.store);
    store.live.add(slice.id, slice.range, scratch_);
    slices_.put(slice.id, {slice.store, lastPlaceIn(store)});
  }
  static uint32_t lastPlaceIn(const Store& store) { return static_cast<uint32_t>(store.live.lastPlace()); }

  size_t bins() const { return length_ == 0 ? 0 : static_cast<size_t>((length_ - 1) >> line_.shift_) + 1; }

  static Timeline::Level pairsOf(const Timeline::Level& level) {
    Timeline::Level pairs((level.size() + 1) / 2);
    for (size_t i = 0; i < level.size(); ++i) pairs[i / 2].add(level[i]);
    return pairs;
  }

  // The values of now are those at the start of the bins up to `bin`.
  void moveTo(size_t bin) {
    if (bin == bin_ && started_) return;
    if (!started_) {
      started_ = true;
      beginBin();
    }
    for (; bin_ < bin; ++bin_) {
      endBin();
      beginBin();
    }
  }
  void beginBin() {
    for (size_t i = 0; i < kSeriesCount; ++i) {
      here_[i] = {};
      if (told_[i]) here_[i].add(values_[i]);
    }
  }
  void endBin() {
    for (size_t i = 0; i < kSeriesCount; ++i) line_.levels_[i].front()[bin_] = here_[i];
  }

  uint64_t value(Series series) const { return values_[static_cast<size_t>(series)]; }
  void set(Series series, uint64_t value) {
    const auto i = static_cast<size_t>(series);
    values_[i] = value;
    told_[i] = true;
    here_[i].add(value);
  }
  void increase(Series series, uint64_t by) { set(series, value(series) + by); }
  void decrease(Series series, uint64_t by) { set(series, value(series) - by); }

  // What follows each other is of the same slab mostly.
  Store* storeOf(StoreId id) {
    if (last_store_ == nullptr || last_ != id) {
      last_ = id;
      last_store_ = stores_.find(id);
    }
    return last_store_;
  }

  template <class Other>
  void on(const Other& /*is in no series*/) {}

  void on(const recording::StoreAlloc& event) {
    last_store_ = nullptr;
    Store& store = stores_.put(event.store, {});
    store.size = event.size;
    store.is_slab = isSlab(scan_.kinds.of(event));
    increase(Series::kStores, 1);
    increase(Series::kStoreBytes, event.size);
    if (!store.is_slab) return;
    increase(Series::kSlabs, 1);
    increase(Series::kSlabBytes, event.size);
  }

  void on(const recording::StoreFree& event) {
    const Store* store = stores_.find(event.store);
    if (store == nullptr) return;
    decrease(Series::kStores, 1);
    decrease(Series::kStoreBytes, store->size);
    if (store->is_slab) {
      decrease(Series::kSlabs, 1);
      decrease(Series::kSlabBytes, store->size);
      decrease(Series::kLiveBytes, store->live.bytes(scratch_));
    }
    if (waypoints_ != nullptr) {
      if (store->kept != Waypoints::kNone) waypoints_->endStore(store->kept);
      // Their own deaths may come later, or never be told.
      store->live.forEachSlice([this](SliceId id) { endKept(*slices_.find(id)); });
    }
    last_store_ = nullptr;
    stores_.erase(event.store);
  }

  void on(const recording::StoreResize& event) {
    Store* store = stores_.find(event.store);
    if (store == nullptr) return;
    const uint64_t change = event.size - store->size;  // may wrap, as the sums then do
    store->size = event.size;
    if (store->kept != Waypoints::kNone) waypoints_->endStore(std::exchange(store->kept, Waypoints::kNone));
    increase(Series::kStoreBytes, change);
    if (store->is_slab) increase(Series::kSlabBytes, change);
  }

  void on(const recording::Slice& event) {
    Store* store = storeOf(event.store);
    if (store == nullptr || !store->is_slab) return;
    const uint64_t fresh =
        store->live.add(event.slice, {event.offset, event.offset + event.length}, scratch_);
    if (fresh != 0) increase(Series::kLiveBytes, fresh);
    slices_.put(event.slice, {event.store, lastPlaceIn(*store)});
  }

  void on(const recording::SliceFree& event) {
    Piece slice;
    if (!slices_.takeOut(event.slice, [&](const Piece& known) { slice = known; })) return;
    Store* store = storeOf(slice.store);
    if (store == nullptr) return;
    endKept(slice);
    const uint64_t gone = store->live.remove(
        slice.place, scratch_, [&](SliceId moved) { slices_.find(moved)->place = slice.place; });
    if (gone != 0) decrease(Series::kLiveBytes, gone);
  }

  void endKept(const Piece& slice) {
    if (slice.kept != Waypoints::kNone) waypoints_->endSlice(slice.kept);
  }

  void on(const recording::Gc& event) {
    if (event.t >= line_.from_) line_.collections_.push_back(event);
  }
  void on(const recording::ProcessRss& event) { set(Series::kRss, event.rss); }
  void on(const recording::Memory& event) { set(Series::kRss, event.rss); }

  const Scan& scan_;
  Timeline line_;
  Nanoseconds length_ = 0;
  std::array<uint64_t, kSeriesCount> values_{};
  std::array<bool, kSeriesCount> told_{};
  std::array<Extent, kSeriesCount> here_{};  // in the bin
  bool started_ = false;
  size_t bin_ = 0;
  IdMap<StoreId, Store> stores_;
  StoreId last_;                 // that was asked for
  Store* last_store_ = nullptr;  // null after a change of stores_
  LiveTable<SliceId, Piece> slices_;
  std::vector<RangeOfBytes> scratch_;
  std::shared_ptr<Waypoints> waypoints_;  // null: none are kept
  SliceId last_kept_;                     // those up to here have their number, if they were alive
};

namespace {

// Starts where a snapshot does.
class FromSnapshot : public recording::LiveTarget {
 public:
  FromSnapshot(const Scan& scan, TimeRange range)
      : scan_(scan), range_(range), builder_(std::in_place, scan, range) {}

  void begin() override { builder_.emplace(scan_, range_); }
  void take(const std::vector<recording::Event>& events) override {
    for (const recording::Event& event : events)
      std::visit([this](const auto& one) { builder_->restore(one); }, event);
  }
  TimelineBuilder& builder() { return *builder_; }

 private:
  const Scan& scan_;
  const TimeRange range_;
  std::optional<TimelineBuilder> builder_;
};

// Up to the end of the range.
template <class AfterBatch>
Timeline readOn(const Scan& scan, recording::Reader& reader, TimelineBuilder& builder,
                const Progress& progress, AfterBatch after_batch) {
  bool inside = true;
  recording::BatchByKind batch;
  while (inside && nextScanned(scan, reader, batch)) {
    batch.events.forEach([&](const auto& event) { return inside = builder.take(event); });
    after_batch();
    if (progress) progress(reader.position().events);
  }
  return builder.finish();
}

}  // namespace

Result<Timeline> Timeline::build(const Scan& scan, TimeRange range, const Progress& progress,
                                 const WaypointSpacing& spacing) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  TimelineBuilder builder(scan, range);
  const bool is_whole = range.from == 0 && range.until > scan.duration;
  if (is_whole) builder.keepWaypoints(spacing);
  return readOn(scan, *reader, builder, progress, [&] {
    if (is_whole) builder.keepCheckpoint(*reader);
  });
}

Result<Timeline> Timeline::finer(const Scan& scan, TimeRange range, const Progress& progress) const {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  const Waypoints::Waypoint* waypoint = waypoints_ == nullptr ? nullptr : waypoints_->lastBefore(range.from);
  if (waypoint != nullptr && !reader->goTo(waypoint->place)) waypoint = nullptr;
  FromSnapshot start(scan, range);
  // What happens at `from` itself is in the range.
  const bool is_snapshot = range.from != 0 && reader->seek(range.from - 1, scan.integrity.events, start);
  if (!is_snapshot) start.begin();
  if (!is_snapshot && waypoint != nullptr) start.builder().restore(*waypoints_, *waypoint);
  if (is_snapshot || waypoint != nullptr) {
    const auto known = std::lower_bound(
        checkpoints_.begin(), checkpoints_.end(), reader->position().events,
        [](const Checkpoint& checkpoint, uint64_t events) { return checkpoint.events < events; });
    // The file has been replaced by one with other batches.
    if (known == checkpoints_.end() || known->events != reader->position().events)
      return build(scan, range, progress);
    start.builder().setValues(known->values);
  }
  return readOn(scan, *reader, start.builder(), progress, [] {});
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
