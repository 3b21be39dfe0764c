// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <variant>

#include "made_up.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::Event;
using recording::Nanoseconds;
using recording::StoreKind;
using tests::Maker;
using tests::TemporaryFile;

using Values = std::array<std::optional<uint64_t>, kSeriesCount>;

// Every figure after every event, from nothing but what is alive then.
class SlowSeries {
 public:
  explicit SlowSeries(const std::vector<Event>& events) {
    for (const Event& event : events) {
      if (const auto* known = std::get_if<recording::StoreKindKnown>(&event))
        kinds_[known->store.value] = known->kind;
    }
    note(0);
    for (const Event& event : events) {
      std::visit([this](const auto& one) { on(one); }, event);
      note(std::visit([](const auto& one) { return one.t; }, event));
    }
  }

  Extent extent(Series series, Nanoseconds from, Nanoseconds until) const {
    const auto after = [&](Nanoseconds t) {
      return std::partition_point(times_.begin() + 1, times_.end(),
                                  [t](Nanoseconds one) { return one < t; }) -
             times_.begin();
    };
    Extent extent;
    for (auto i = after(from) - 1; i < after(until); ++i) {
      const auto& value = values_[static_cast<size_t>(i)][static_cast<size_t>(series)];
      if (value) extent.add(*value);
    }
    return extent;
  }

 private:
  struct Slice {
    uint64_t store = 0, begin = 0, end = 0;
  };
  struct Store {
    uint64_t size = 0;
    bool is_slab = false;
    std::map<uint64_t, Slice> slices;
    uint64_t live = 0;
  };

  template <class Other>
  void on(const Other&) {}
  void on(const recording::StoreAlloc& event) {
    const auto kind = kinds_.contains(event.store.value) ? kinds_[event.store.value] : event.kind;
    const bool is_slab = kind == StoreKind::kPool || kind == StoreKind::kNativePool;
    stores_[event.store.value] = {.size = event.size, .is_slab = is_slab, .slices = {}, .live = 0};
  }
  void on(const recording::StoreFree& event) { stores_.erase(event.store.value); }
  void on(const recording::StoreResize& event) {
    if (stores_.contains(event.store.value)) stores_[event.store.value].size = event.size;
  }
  void on(const recording::Slice& event) {
    const auto store = stores_.find(event.store.value);
    if (store == stores_.end() || !store->second.is_slab) return;
    const Slice slice{event.store.value, event.offset, event.offset + event.length};
    store->second.slices[event.slice.value] = slice;
    slab_of_[event.slice.value] = event.store.value;
    count(store->second);
  }
  void on(const recording::SliceFree& event) {
    const auto store = stores_.find(slab_of_[event.slice.value]);
    if (store == stores_.end()) return;
    store->second.slices.erase(event.slice.value);
    count(store->second);
  }
  void on(const recording::Memory& event) { now_[static_cast<size_t>(Series::kRss)] = event.rss; }

  static void count(Store& store) {
    std::vector<bool> covered(20'000);
    for (const auto& [id, slice] : store.slices) {
      if (slice.end > covered.size()) covered.resize(slice.end);
      std::fill(covered.begin() + static_cast<int64_t>(slice.begin),
                covered.begin() + static_cast<int64_t>(slice.end), true);
    }
    store.live = static_cast<uint64_t>(std::count(covered.begin(), covered.end(), true));
  }

  void note(Nanoseconds t) {
    std::array<uint64_t, static_cast<size_t>(Series::kLiveBytes) + 1> sums{};
    const auto add = [&](Series series, uint64_t value) { sums[static_cast<size_t>(series)] += value; };
    for (const auto& [id, store] : stores_) {
      add(Series::kStores, 1);
      add(Series::kStoreBytes, store.size);
      if (store.is_slab) add(Series::kSlabs, 1);
      if (store.is_slab) add(Series::kSlabBytes, store.size);
      add(Series::kLiveBytes, store.live);
    }
    std::copy(sums.begin(), sums.end(), now_.begin());
    times_.push_back(t);
    values_.push_back(now_);
  }

  std::map<uint64_t, StoreKind> kinds_;
  std::map<uint64_t, Store> stores_;
  std::map<uint64_t, uint64_t> slab_of_;
  Values now_{};
  std::vector<Nanoseconds> times_;  // one more than events: the first is the state before them
  std::vector<Values> values_;
};

void expectTrue(const Timeline& line, const SlowSeries& slow, Nanoseconds from, Nanoseconds until,
                size_t count, Nanoseconds end) {
  for (size_t i = 0; i < kSeriesCount; ++i) {
    const auto series = static_cast<Series>(i);
    const std::vector<TimelineColumn> columns = line.columns(series, from, until, count);
    ASSERT_FALSE(columns.empty());
    ASSERT_LE(columns.size(), 2 * count);
    EXPECT_LE(columns.front().from, from);
    EXPECT_GE(columns.back().until, std::min(until, end));
    for (size_t k = 0; k < columns.size(); ++k) {
      if (k != 0) {
        ASSERT_EQ(columns[k].from, columns[k - 1].until);
      }
      const Extent truth = slow.extent(series, columns[k].from, std::min(columns[k].until, end));
      ASSERT_EQ(columns[k].value.min, truth.min) << "series " << i << ", " << columns[k].from << " ns";
      ASSERT_EQ(columns[k].value.max, truth.max) << "series " << i << ", " << columns[k].from << " ns";
    }
  }
}

class RandomTimelines : public testing::TestWithParam<uint32_t> {
 protected:
  static constexpr recording::SnapshotSpacing kManySnapshots{.least_growth = 1, .growth_factor = 0};

  /// Makes a recording up, and looks through it.
  Result<Scan> scanMadeUp(const recording::SnapshotSpacing& spacing = {}) {
    {
      Maker maker(file_.path(), Maker::defaultHeader(), spacing);
      tests::makeUpRandom(maker, GetParam(), 3'000);
    }
    return scan(file_.path());
  }

  const TemporaryFile file_{"timeline.slab"};
};

TEST_P(RandomTimelines, have_in_every_column_what_the_slow_model_finds_there) {
  const TemporaryFile file("timeline.slab");
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 3'000);
  const Result<Scan> scanned = scan(file.path());
  ASSERT_TRUE(scanned);
  const SlowSeries slow(maker.events());
  const Nanoseconds end = scanned->duration + 1;

  const Result<Timeline> whole = Timeline::build(*scanned);
  ASSERT_TRUE(whole);
  const Result<Timeline> part = Timeline::build(*scanned, {.from = 1'000, .until = 2'345});
  ASSERT_TRUE(part);
  for (const size_t count : {1U, 2U, 7U, 100U, 1'000U, 100'000U}) {
    ASSERT_NO_FATAL_FAILURE(expectTrue(*whole, slow, 0, end, count, end)) << count;
    ASSERT_NO_FATAL_FAILURE(expectTrue(*whole, slow, 777, 1'778, count, end)) << count;
    ASSERT_NO_FATAL_FAILURE(expectTrue(*part, slow, 1'000, 2'345, count, 2'345)) << count;
    ASSERT_NO_FATAL_FAILURE(expectTrue(*part, slow, 1'500, 1'501, count, 2'345)) << count;
  }
}

void expectSame(const Timeline& found, const Timeline& expected, TimeRange range) {
  ASSERT_EQ(found.binWidth(), expected.binWidth());
  EXPECT_EQ(found.collections(), expected.collections());
  for (size_t i = 0; i < kSeriesCount; ++i) {
    const auto series = static_cast<Series>(i);
    const auto columns = found.columns(series, range.from, range.until, Timeline::kMostBins);
    const auto true_columns = expected.columns(series, range.from, range.until, Timeline::kMostBins);
    ASSERT_EQ(columns.size(), true_columns.size());
    for (size_t k = 0; k < columns.size(); ++k) {
      ASSERT_EQ(columns[k].from, true_columns[k].from);
      ASSERT_EQ(columns[k].value, true_columns[k].value)
          << "series " << i << ", " << columns[k].from << " ns";
    }
  }
}

// Parts of a timeline, made the fast way; the shortest of them by reading no more than so many batches.
void expectFiner(const Timeline& whole, const Scan& scanned, uint32_t seed, uint64_t most_batches) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < 60; ++i) {
    const Nanoseconds from = random() % (scanned.duration + 10);
    const TimeRange range{from, i % 5 == 0 ? from + 1 : from + random() % 2'000};
    uint64_t read = 0;
    const Result<Timeline> finer = whole.finer(scanned, range, [&](uint64_t) { ++read; });
    const Result<Timeline> expected = Timeline::build(scanned, range);
    ASSERT_TRUE(finer && expected);
    ASSERT_NO_FATAL_FAILURE(expectSame(*finer, *expected, range)) << range.from << " to " << range.until;
    if (range.until - range.from < 100) {
      EXPECT_LE(read, most_batches);
    }
  }
}

TEST_P(RandomTimelines, are_the_same_from_the_nearest_snapshot_on) {
  const Result<Scan> scanned = scanMadeUp(kManySnapshots);
  ASSERT_TRUE(scanned);
  ASSERT_GT(scanned->integrity.snapshots, 5U);
  const Result<Timeline> whole = Timeline::build(*scanned);
  ASSERT_TRUE(whole);
  expectFiner(*whole, *scanned, GetParam(), 5);
}

TEST_P(RandomTimelines, are_the_same_from_the_nearest_waypoint_on) {
  const Result<Scan> scanned = scanMadeUp();
  ASSERT_TRUE(scanned);
  ASSERT_EQ(scanned->integrity.snapshots, 0U);
  ASSERT_GT(scanned->integrity.batches, 12U);
  const Result<Timeline> often = Timeline::build(*scanned, {}, {}, {.least_events = 1});
  ASSERT_TRUE(often);
  // Between two are as many events as are alive, which may be some batches. From the start on it would be all
  // of them, for what is near the end.
  const uint64_t half = scanned->integrity.batches / 2;
  ASSERT_NO_FATAL_FAILURE(expectFiner(*often, *scanned, GetParam(), half));
  // All that could be given up was.
  const Result<Timeline> rarely =
      Timeline::build(*scanned, {}, {}, {.least_events = 1, .most_kept = 1, .least_kept = 0});
  ASSERT_TRUE(rarely);
  expectFiner(*rarely, *scanned, GetParam(), scanned->integrity.batches);
}

TEST_P(RandomTimelines, go_on_from_a_waypoint_to_a_snapshot_behind_it) {
  const Result<Scan> scanned = scanMadeUp(kManySnapshots);
  ASSERT_TRUE(scanned);
  const Result<Timeline> whole = Timeline::build(*scanned, {}, {}, {.least_events = 700});
  ASSERT_TRUE(whole);
  expectFiner(*whole, *scanned, GetParam(), 5);
}

TEST_P(RandomTimelines, are_right_where_the_file_was_replaced_since) {
  const Result<Scan> before = scanMadeUp();
  ASSERT_TRUE(before);
  const Result<Timeline> whole = Timeline::build(*before, {}, {}, {.least_events = 1});
  ASSERT_TRUE(whole);
  {
    Maker maker(file_.path());
    tests::makeUpRandom(maker, GetParam() + 100, 5'000);
  }
  expectFiner(*whole, *before, GetParam(), UINT64_MAX);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomTimelines, testing::Values(1, 2));

TEST(Timeline, has_no_more_bins_for_a_longer_recording) {
  const TemporaryFile file("timeline.slab");
  Maker maker(file.path());
  for (uint64_t second = 0; second < 1'000; ++second)
    maker.alloc(second * 1'000'000'000 + 5, 10, StoreKind::kArrayBuffer);
  maker.finish();
  const Result<Scan> scanned = scan(file.path());
  ASSERT_TRUE(scanned);
  const Result<Timeline> line = Timeline::build(*scanned);
  ASSERT_TRUE(line);
  const auto columns = line->columns(Series::kStores, 0, scanned->duration + 1, Timeline::kMostBins);
  EXPECT_LE(columns.size(), Timeline::kMostBins);
  EXPECT_EQ(columns.back().until - columns.back().from, line->binWidth());
  EXPECT_EQ(columns.front().value, (Extent{0, 1}));
  EXPECT_EQ(columns.back().value, (Extent{999, 1'000}));
  // Nothing ever told these.
  EXPECT_TRUE(line->columns(Series::kRss, 0, scanned->duration, 1).front().value.empty());
}

TEST(Timeline, of_nothing_is_empty) {
  const TemporaryFile file("timeline.slab");
  Maker maker(file.path());
  maker.alloc(5, 10, StoreKind::kPool);
  maker.finish();
  const Result<Scan> scanned = scan(file.path());
  ASSERT_TRUE(scanned);
  const Result<Timeline> line = Timeline::build(*scanned, {.from = 3, .until = 3});
  ASSERT_TRUE(line);
  EXPECT_TRUE(line->columns(Series::kStores, 0, 100, 10).empty());
  const Result<Timeline> whole = Timeline::build(*scanned);
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->columns(Series::kStores, 3, 3, 10).empty());
  EXPECT_TRUE(whole->columns(Series::kStores, 50, 60, 10).empty());
  EXPECT_TRUE(whole->columns(Series::kStores, 0, 5, 0).empty());
}

}  // namespace
}  // namespace slabscope::analysis
