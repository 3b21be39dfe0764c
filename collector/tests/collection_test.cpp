// SPDX-License-Identifier: Apache-2.0
// Garbage collections: two records become one event.
#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

using recording::Gc;
using recording::GcKind;

constexpr uint64_t kScavenge = 1;
constexpr uint64_t kMarkCompact = 4;

using Collections = PipelineTest;

TEST_F(Collections, BeginAndEndBecomeOneEventAtTheBegin) {
  TestThread one = thread(0, 1);
  one.gcBegin(kStart + 100, kMarkCompact);
  one.free(kStart + 120, 0x1000);
  one.gcEnd(kStart + 150, kMarkCompact);
  std::vector<Gc> gcs = finish().all<Gc>();
  ASSERT_EQ(gcs.size(), 1U);
  EXPECT_EQ(gcs[0].t, 100U);
  EXPECT_EQ(gcs[0].duration, 50U);
  EXPECT_EQ(gcs[0].kind, GcKind::kMarkCompact);
}

TEST_F(Collections, ACollectionInsideAnotherKeepsItsOwnEnd) {
  TestThread one = thread(0, 1);
  one.gcBegin(kStart + 100, kMarkCompact);
  one.gcBegin(kStart + 110, kScavenge);
  one.gcEnd(kStart + 115, kScavenge);
  one.gcEnd(kStart + 150, kMarkCompact);
  std::vector<Gc> gcs = finish().all<Gc>();
  ASSERT_EQ(gcs.size(), 2U);
  EXPECT_EQ(gcs[0].duration, 50U);
  EXPECT_EQ(gcs[1].duration, 5U);
  EXPECT_EQ(gcs[1].kind, GcKind::kScavenge);
}

TEST_F(Collections, IsolatesCollectIndependently) {
  TestThread one = thread(0, 1);
  TestThread two = thread(1, 2);
  one.gcBegin(kStart + 100, kScavenge, 0);
  two.gcBegin(kStart + 105, kScavenge, 1);
  two.gcEnd(kStart + 106, kScavenge, 1);
  one.gcEnd(kStart + 130, kScavenge, 0);
  std::vector<Gc> gcs = finish().all<Gc>();
  ASSERT_EQ(gcs.size(), 2U);
  EXPECT_EQ(gcs[0].isolate, 0U);
  EXPECT_EQ(gcs[0].duration, 30U);
  EXPECT_EQ(gcs[1].isolate, 1U);
  EXPECT_EQ(gcs[1].duration, 1U);
}

TEST_F(Collections, ThatBeginAndNeverEndAreLeftOutOnceThereAreMoreThanCanBe) {
  TestThread one = thread(0, 1);
  constexpr uint32_t kMore = 100;
  for (uint32_t isolate = 0; isolate < kMore; ++isolate) one.gcBegin(kStart + isolate, kScavenge, isolate);
  one.gcEnd(kStart + 200, kScavenge, 0);
  one.gcEnd(kStart + 300, kScavenge, kMore - 1);
  std::vector<Gc> gcs = finish().all<Gc>();
  ASSERT_FALSE(gcs.empty());
  EXPECT_LT(gcs.size(), kMore);
  EXPECT_NE(gcs.front().isolate, 0U);
  EXPECT_EQ(gcs.back().duration, 300U - (kMore - 1));
}

TEST_F(Collections, TheRecordingWaitsForTheEndOfACollection) {
  TestThread one = thread(0, 1);
  uint64_t begin = kStart + 1000;
  one.gcBegin(begin, kMarkCompact);
  thread(1, 2).mark(begin + 1, "meanwhile");
  round(begin + Pipeline::kHoldBack + 1'000'000'000);
  EXPECT_EQ(soFar().order(), "");
  one.gcEnd(begin + 1'100'000'000, kMarkCompact);
  round(begin + Pipeline::kHoldBack + 1'200'000'000);
  ReadBack read = soFar();
  EXPECT_EQ(read.order(), "GM");
  EXPECT_EQ(read.all<Gc>().at(0).duration, 1'100'000'000U);
}

TEST_F(Collections, TheRecordingDoesNotWaitForEver) {
  TestThread one = thread(0, 1);
  uint64_t begin = kStart + 1000;
  one.gcBegin(begin, kMarkCompact);
  thread(1, 2).mark(begin + 1, "meanwhile");
  round(begin + Pipeline::kHoldBack + Merge::kCollectionPatience + 1);
  ReadBack read = soFar();
  EXPECT_EQ(read.order(), "GM");
  EXPECT_EQ(read.all<Gc>().at(0).duration, Merge::kCollectionPatience + 1);
  // Its end belongs to nothing any more.
  one.gcEnd(begin + Merge::kCollectionPatience + 5, kMarkCompact);
  EXPECT_EQ(finish().order(), "GM");
}

TEST_F(Collections, ACollectionThatTheEndOfTheProcessCutIsAsLongAsItIsKnownToBe) {
  thread(0, 1).gcBegin(kStart + 100, kMarkCompact);
  EXPECT_EQ(finish(kStart + 400).all<Gc>().at(0).duration, 300U);
}

TEST_F(Collections, AnUnknownTypeIsLeftOut) {
  TestThread one = thread(0, 1);
  one.gcBegin(kStart + 100, 77);
  one.gcEnd(kStart + 110, 77);
  one.gcEnd(kStart + 120, kScavenge);
  EXPECT_EQ(finish().order(), "");
}

}  // namespace
}  // namespace slabscope::collector
