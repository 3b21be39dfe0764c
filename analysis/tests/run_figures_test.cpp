// SPDX-License-Identifier: Apache-2.0
// The figures of a run, against the table of slabs and the costs of stacks, which get theirs from more.
#include "slabscope/analysis/run_figures.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>

#include "made_up.h"
#include "slabscope/analysis/choose_instant.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/analysis/stack_costs.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;
using tests::Maker;
using tests::TemporaryFile;

void compareAt(const Scan& scan, const std::string& at) {
  const Result<NamedInstant> instant = chooseInstant(scan, at);
  ASSERT_TRUE(instant);
  const Result<RunFigures> run = runFigures(scan, {at});
  const Result<std::vector<SlabRow>> rows = slabTable(scan, instant->instant);
  const Result<CostTable> costs = stackCosts(scan, instant->instant);
  ASSERT_TRUE(run && rows && costs);
  SlabRow sum;
  for (const SlabRow& row : *rows) {
    sum.size += row.size;
    sum.live += row.live;
    sum.dead += row.dead;
    sum.padding += row.padding + row.startup + row.unseen;
    sum.tail += row.tail;
  }
  const auto expect = [&](const char* name, uint64_t value) {
    EXPECT_EQ(run->metric(name).told, static_cast<double>(value)) << name << " at " << at;
    EXPECT_LE(run->metric(name).low, run->metric(name).told) << name << " at " << at;
  };
  expect("slabs", rows->size());
  expect("slab_bytes", sum.size);
  expect("slab_live_bytes", sum.live);
  expect("slab_dead_bytes", sum.dead);
  expect("slab_gap_bytes", sum.padding);
  expect("slab_tail_bytes", sum.tail);
  expect("allocations", costs->total.allocations);
  expect("bytes", costs->total.bytes);
  expect("live_bytes", costs->total.live_bytes);
  expect("held_bytes", costs->total.held_bytes);
}

void compare(const std::string& path) {
  const Result<Scan> found = scan(path);
  ASSERT_TRUE(found) << found.error().message;
  compareAt(*found, "peak");
  compareAt(*found, "end");
  for (int tenth = 1; tenth < 10; ++tenth) {
    const double seconds = static_cast<double>(found->duration) / 1e9 * tenth / 10;
    compareAt(*found, std::to_string(seconds));
  }
}

class RandomRuns : public ::testing::TestWithParam<uint32_t> {};

TEST_P(RandomRuns, HaveTheFiguresOfTheTables) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 1500);
  compare(file.path());
}

// Slabs are cut upwards, as a pool does; few are shrunk or are cut where they had been passed over.
TEST_P(RandomRuns, OfAPoolHaveTheFiguresOfTheTables) {
  std::mt19937 random(GetParam());
  const auto below = [&](uint64_t limit) {
    return std::uniform_int_distribution<uint64_t>(0, limit - 1)(random);
  };
  const TemporaryFile file;
  Maker maker(file.path());
  uint64_t t = 0;
  const auto tick = [&] { return t += 1'000'000; };
  struct Alive {
    recording::SliceId slice;
    recording::StoreId slab;
    uint64_t offset = 0;
    uint64_t length = 0;
  };
  std::deque<Alive> alive;
  recording::StoreId slab;
  uint64_t used = 8192;
  for (int i = 0; i < 1200; ++i) {
    const auto stack = maker.stack("f" + std::to_string(below(6)), "/app/x.js", 3, 4);
    const uint64_t length = 1 + below(900);
    if (used + length > 8192) {
      slab = maker.alloc(tick(), 8192, StoreKind::kPool, stack);
      used = below(4) == 0 ? 64 : 0;
    }
    alive.push_back({maker.slice(tick(), slab, used, length, stack), slab, used, length});
    used = (used + length + 7) & ~uint64_t{7};
    const Alive one = alive[below(alive.size())];
    if (below(5) == 0) {
      const uint64_t from = below(one.length + 1);
      const auto view = maker.slice(tick(), one.slab, one.offset + from, one.length - from, stack, one.slice);
      alive.push_back({view, one.slab, one.offset + from, one.length - from});
    } else if (below(150) == 0) {
      maker.slice(tick(), one.slab, below(one.offset + 1), one.length + 3, stack);
    } else if (below(150) == 0) {
      maker.slice(tick(), one.slab, below(one.offset + 1), one.length + 3, stack, recording::SliceId{1});
    } else if (below(200) == 0) {
      maker.add(recording::StoreResize{tick(), one.slab, one.offset + 1});
    }
    while (alive.size() > 60) {
      const size_t victim = below(alive.size());
      maker.add(recording::SliceFree{tick(), alive[victim].slice, false});
      alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(victim));
    }
    if (i % 400 == 300) maker.add(recording::Gc{tick(), 5, 0, recording::GcKind::kMarkCompact});
  }
  maker.finish();
  compare(file.path());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomRuns, ::testing::Range(1U, 7U));

TEST(RunFigures, CountCollectionsWhereAllocationsCount) {
  const TemporaryFile file;
  Maker maker(file.path());
  for (uint64_t second = 1; second <= 3; ++second)
    maker.add(recording::Gc{second * 1'000'000'000, 5'000'000, 0, recording::GcKind::kMarkCompact});
  maker.finish();
  const Result<Scan> found = scan(file.path());
  ASSERT_TRUE(found) << found.error().message;
  const auto collections = [&](const RunRange& range) {
    const Result<RunFigures> run = runFigures(*found, range);
    EXPECT_TRUE(run);
    EXPECT_EQ(run->metric("collection_time").told, run->metric("collections").told * 5'000'000);
    return run->metric("collections").told;
  };
  EXPECT_EQ(collections({"end"}), 3);
  EXPECT_EQ(collections({"1.5"}), 1);
  EXPECT_EQ(collections({"2.5", "1.5"}), 1);
}

TEST(RunFigures, OfALimitedRecordingBeginWhereItsDetailDoes) {
  const TemporaryFile file;
  recording::Header header = Maker::defaultHeader();
  header.max_size = recording::Writer::kMinMaxSize;
  Maker maker(file.path(), header);
  const recording::StackId stack = maker.stack("keep", "/app.js", 3, 4);
  maker.mark(1, "early");
  std::mt19937_64 random(1);
  for (uint64_t t = 1; t < 100'000; ++t) {
    const recording::StoreId store =
        maker.alloc(t * 1'000'000, 1000 + random() % 1000, StoreKind::kArrayBuffer, stack);
    maker.add(recording::StoreFree{t * 1'000'000 + random() % 900'000, store, false});
  }
  maker.finish();
  const Result<Scan> found = scan(file.path());
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_TRUE(found->hasDropped());
  const recording::Nanoseconds kept_from = found->header.dropped.until;
  const Result<RunFigures> run = runFigures(*found, {"end"});
  const Result<std::optional<RunFigures>> at_once = wholeRunFigures(file.path());
  ASSERT_TRUE(run && at_once);
  EXPECT_EQ(run->kept_from, kept_from);
  EXPECT_EQ(run->from_t, kept_from);
  EXPECT_EQ(run->marks, 0U) << "it was dropped";
  const auto allocations = static_cast<uint64_t>(run->metric("allocations").told);
  EXPECT_GT(allocations, 0U);
  EXPECT_LE(allocations, 100'000 - kept_from / 1'000'000) << "one a millisecond";
  EXPECT_FALSE(at_once->has_value()) << "it would begin at the start";
}

}  // namespace
}  // namespace slabscope::analysis
