// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/diff.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "made_up.h"
#include "slabscope/analysis/diff_words.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;
using tests::Maker;
using tests::TemporaryFile;

constexpr uint64_t kOneSecond = 1'000'000'000;

struct Kept {
  std::string function;
  uint32_t line;
  uint64_t slabs;
};

// Each slab has one slice of 10 bytes. All of it survives a full collection.
RunFigures runOf(const std::vector<Kept>& callers, uint64_t seconds = 1) {
  const TemporaryFile file;
  Maker maker(file.path());
  uint64_t t = 0;
  for (const Kept& caller : callers) {
    const auto stack = maker.stack(caller.function, "/app/x.js", caller.line, 3);
    for (uint64_t i = 0; i < caller.slabs; ++i) {
      const auto slab = maker.alloc(++t, 8192, StoreKind::kPool, stack);
      maker.slice(++t, slab, 0, 10, stack);
    }
  }
  maker.add(recording::Gc{++t, 5, 0, recording::GcKind::kMarkCompact});
  maker.add(recording::ProcessRss{seconds * kOneSecond, 1 << 20});
  maker.finish();
  Result<RunFigures> run = runFigures(*scan(file.path()), {"end"});
  EXPECT_TRUE(run) << run.error().message;
  return std::move(*run);
}

const CallerChange& changeOf(const Diff& diff, const std::string& function) {
  for (const CallerChange& caller : diff.callers) {
    if (caller.place().function == function) return caller;
  }
  ADD_FAILURE() << "no " << function;
  return diff.callers.front();
}

TEST(RunFigures, TellWhatTheRecordingHolds) {
  const RunFigures run = runOf({{"keep", 4, 10}});
  EXPECT_EQ(run.metric("slab_bytes").told, 81920);
  EXPECT_EQ(run.metric("held_bytes").told, 81920);
  EXPECT_EQ(run.metric("slab_live_bytes").told, 100);
  EXPECT_EQ(run.metric("utilisation_p50").told, 10.0 / 8192);
  EXPECT_EQ(run.slab_size, 8192U);
  ASSERT_EQ(run.callers.size(), 1U);
  EXPECT_EQ(run.callers[0][CallerFigure::kHeldBytes].told, 81920);
  EXPECT_EQ(run.callers[0][CallerFigure::kAllocations].told, 10);
}

// Of ten times as many slabs, but no more of them alive.
TEST(Diff, SaysNothingOfHowSumsDifferWhereARunLacksItsBeginning) {
  RunFigures whole = runOf({{"keep", 1, 20}, {"more", 2, 20}});
  RunFigures limited = runOf({{"keep", 1, 20}, {"more", 2, 2000}});
  whole.path = "whole.slab";
  limited.path = "limited.slab";
  CallerSpans& keep = limited.callers[limited.callers[0].place.function == "keep" ? 0 : 1];
  keep[CallerFigure::kAllocations] = {5000, 5000, 5000};
  const Diff alike = compare({whole}, {limited}, Per::kRun);
  EXPECT_TRUE(alike.sums_comparable);
  EXPECT_EQ(changeOf(alike, "keep").status, Status::kGrown);
  EXPECT_TRUE(alike.metric("allocations").significant);

  whole.kept_from = 1000;
  const Diff diff = compare({whole}, {limited}, Per::kRun);
  EXPECT_FALSE(diff.sums_comparable);
  EXPECT_EQ(changeOf(diff, "keep").status, Status::kUnchanged);
  EXPECT_EQ(changeOf(diff, "more").status, Status::kGrown) << "it holds more";
  EXPECT_FALSE(changeOf(diff, "more")[CallerFigure::kAllocations].significant);
  EXPECT_TRUE(diff.metric("slab_bytes").significant);
  for (const char* sum : {"allocations", "bytes", "marks", "collections", "collection_time"})
    EXPECT_FALSE(diff.metric(sum).significant) << sum;
  EXPECT_TRUE(compare({whole}, {limited}, Per::kSecond).sums_comparable);
}

TEST(Diff, ComparesSumsWhereBothSidesBeginAlike) {
  RunFigures one = runOf({{"keep", 1, 20}});
  one.kept_from = 1000;
  EXPECT_TRUE(compare({one}, {one}, Per::kRun).sums_comparable) << "one file";
  RunFigures other = one;
  other.path = "other.slab";
  EXPECT_FALSE(compare({one}, {other}, Per::kRun).sums_comparable);
  one.from = other.from = "warmed-up";
  EXPECT_TRUE(compare({one}, {other}, Per::kRun).sums_comparable) << "--from";
}

TEST(Diff, TellsWhatIsNewGoneGrownAndShrunk) {
  const Diff diff =
      compare({runOf({{"gone", 1, 20}, {"grown", 2, 20}, {"shrunk", 3, 20}, {"same", 4, 20}})},
              {runOf({{"new", 1, 20}, {"grown", 2, 40}, {"shrunk", 3, 5}, {"same", 4, 20}})}, Per::kRun);
  EXPECT_EQ(changeOf(diff, "gone").status, Status::kGone);
  EXPECT_EQ(changeOf(diff, "new").status, Status::kNew);
  EXPECT_EQ(changeOf(diff, "grown").status, Status::kGrown);
  EXPECT_EQ(changeOf(diff, "grown")[CallerFigure::kHeldBytes].delta(), 20 * 8192);
  EXPECT_EQ(changeOf(diff, "grown")[CallerFigure::kHeldBytes].relative(), 1);
  EXPECT_EQ(changeOf(diff, "shrunk").status, Status::kShrunk);
  EXPECT_EQ(changeOf(diff, "same").status, Status::kUnchanged);
  EXPECT_EQ(diff.callers.back().place().function, "same");
  EXPECT_EQ(diff.commonCallers(), 3U);
  EXPECT_FALSE(diff.isUnchanged());
}

TEST(Diff, FindsNoChangeInEqualRuns) {
  const Diff diff = compare({runOf({{"keep", 4, 100}})}, {runOf({{"keep", 9, 101}})}, Per::kRun);
  EXPECT_TRUE(diff.isUnchanged());
  ASSERT_EQ(diff.callers.size(), 1U);
  EXPECT_EQ(diff.callers[0].before.line, 4U);
  EXPECT_EQ(diff.callers[0].after.line, 9U);
  for (const Change& change : diff.metrics) EXPECT_FALSE(change.significant);
}

TEST(Diff, TellsNoiseFromChangeBySeveralRuns) {
  const auto run = [](uint64_t slabs) { return runOf({{"keep", 4, slabs}}); };
  const Diff noisy = compare({run(100), run(130), run(110)}, {run(120), run(125), run(140)}, Per::kRun);
  EXPECT_TRUE(noisy.isUnchanged()) << "the sides overlap";
  EXPECT_EQ(noisy.callers[0][CallerFigure::kHeldBytes].before.told, 110 * 8192);
  const Diff changed = compare({run(100), run(103), run(101)}, {run(108), run(109), run(110)}, Per::kRun);
  EXPECT_EQ(changed.callers[0].status, Status::kGrown);
  const Diff one_run = compare({run(101)}, {run(104)}, Per::kRun);
  EXPECT_TRUE(one_run.isUnchanged()) << "no more than 5 %";
}

TEST(Diff, CountsWhatMayBeGarbageAsNoise) {
  const auto run = [](bool collected) {
    const TemporaryFile file;
    Maker maker(file.path());
    const auto stack = maker.stack("work", "/app/x.js", 7, 3);
    if (!collected) maker.add(recording::Gc{1, 5, 0, recording::GcKind::kMarkCompact});
    for (uint64_t i = 0; i < 100; ++i)
      maker.slice(10 + 2 * i, maker.alloc(9 + 2 * i, 8192, StoreKind::kPool, stack), 0, 8000, stack);
    if (collected) maker.add(recording::Gc{1000, 5, 0, recording::GcKind::kMarkCompact});
    maker.finish();
    return std::move(*runFigures(*scan(file.path()), {"end"}));
  };
  const RunFigures nothing = runOf({{"work", 7, 1}});
  EXPECT_FALSE(compare({nothing}, {run(false)}, Per::kRun).callers[0][CallerFigure::kHeldBytes].significant);
  EXPECT_TRUE(compare({nothing}, {run(true)}, Per::kRun).callers[0][CallerFigure::kHeldBytes].significant);
}

// A slab that a keeper's 10 bytes share with 8,000 of another's: without these the keeper holds all of it.
TEST(RunFigures, GiveTheRangeInWhichACollectionWouldMoveThem) {
  const auto run = [](bool has_collection) {
    const TemporaryFile file;
    Maker maker(file.path());
    const auto keeper = maker.stack("keep", "/app/x.js", 4, 3);
    const auto worker = maker.stack("work", "/app/x.js", 7, 3);
    const auto slab = maker.alloc(1, 8192, StoreKind::kPool, keeper);
    maker.slice(2, slab, 0, 10, keeper);
    if (has_collection) maker.add(recording::Gc{3, 1, 0, recording::GcKind::kMarkCompact});
    maker.slice(5, slab, 16, 8000, worker);
    maker.alloc(6, 5000, StoreKind::kArrayBuffer, worker);
    maker.finish();
    return std::move(*runFigures(*scan(file.path()), {"end"}));
  };
  const RunFigures known = run(true);
  ASSERT_EQ(known.callers.size(), 2U);
  const bool is_first = known.callers[0].place.function == "keep";
  const Span keeper = known.callers[is_first ? 0 : 1][CallerFigure::kHeldBytes];
  EXPECT_EQ(keeper.told, 10) << "8192 * 10 / 8010";
  EXPECT_EQ(keeper.low, 10);
  EXPECT_EQ(keeper.high, 8192);
  const Span worker = known.callers[is_first ? 1 : 0][CallerFigure::kHeldBytes];
  EXPECT_EQ(worker.told, 8182 + 5000);
  EXPECT_EQ(worker.low, 0);
  EXPECT_EQ(known.metric("held_bytes").low, 8192);
  EXPECT_EQ(known.metric("held_bytes").high, 8192 + 5000);
  EXPECT_EQ(known.metric("slab_live_bytes").low, 10);
  EXPECT_EQ(known.metric("slab_dead_bytes").high, 8000);
  EXPECT_EQ(known.metric("slabs").low, 1);
  EXPECT_EQ(known.metric("stores").low, 1);
  EXPECT_EQ(known.metric("stores").told, 2);
  EXPECT_EQ(known.metric("slices").low, 1);
  EXPECT_TRUE(known.knows_garbage);

  const RunFigures unknown = run(false);
  EXPECT_FALSE(unknown.knows_garbage);
  EXPECT_EQ(unknown.metric("held_bytes").low, 8192 + 5000);
  EXPECT_EQ(unknown.metric("slices").low, 2);
}

TEST(DiffWords, HaveNoSignWhereTheyRoundToZero) {
  EXPECT_EQ(relativeInWords(1'000'000, 999'900), "0 %");
  EXPECT_EQ(relativeInWords(1'000'000, 1'000'100), "0 %");
  EXPECT_EQ(relativeInWords(1000, 999), "-0.1 %");
  EXPECT_EQ(relativeInWords(1000, 1125), "+12.5 %");
  EXPECT_EQ(relativeInWords(7, 7), "same");
  EXPECT_EQ(deltaInWords(-0.00001, Unit::kShare), "0.00 pp");
  EXPECT_EQ(deltaInWords(-0.01, Unit::kShare), "-1.00 pp");
  EXPECT_EQ(deltaInWords(-0.3, Unit::kCount), "0");
  EXPECT_EQ(deltaInWords(1024, Unit::kBytes), "+1.0 KiB");
  EXPECT_EQ(valueInWords(-0.3, Unit::kBytes), "0 B");
  EXPECT_EQ(valueInWords(-2048, Unit::kBytes), "-2.0 KiB");
}

TEST(Diff, DividesSumsByTimeOrMarks) {
  const RunFigures shorter = runOf({{"work", 7, 200}}, 1);
  const RunFigures longer = runOf({{"work", 7, 2000}}, 10);
  const Diff diff = compare({shorter}, {longer}, Per::kSecond);
  EXPECT_FALSE(diff.callers[0][CallerFigure::kAllocations].significant);
  EXPECT_DOUBLE_EQ(diff.callers[0][CallerFigure::kAllocations].after.told, 200);
  EXPECT_TRUE(diff.callers[0][CallerFigure::kHeldBytes].significant) << "what is there is no sum";
  EXPECT_TRUE(compare({shorter}, {longer}, Per::kMark).callers[0][CallerFigure::kAllocations].significant);
}

}  // namespace
}  // namespace slabscope::analysis
