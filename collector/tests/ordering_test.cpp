// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

using recording::Mark;
using recording::StoreAlloc;
using recording::StoreFree;

constexpr uint64_t kMs = 1'000'000;

using Ordering = PipelineTest;

TEST_F(Ordering, EventsOfTwoRingsAreMergedByTime) {
  TestThread one = thread(0, 1);
  TestThread two = thread(1, 2);
  for (uint64_t i = 0; i < 100; ++i) {
    one.alloc(kStart + 20 * i, 0x1000 + 16 * i, 1);
    two.alloc(kStart + 20 * i + 10, 0x100000 + 16 * i, 2);
  }
  ReadBack read = finish();
  std::vector<StoreAlloc> allocs = read.all<StoreAlloc>();
  ASSERT_EQ(allocs.size(), 200U);
  for (size_t i = 0; i < allocs.size(); ++i) {
    EXPECT_EQ(allocs[i].t, 10 * i);
    EXPECT_EQ(allocs[i].thread, 1 + i % 2);
  }
}

TEST_F(Ordering, AnEventIsHeldBackUntilAnOlderOneCannotComeAnyMore) {
  TestThread one = thread(0, 1);
  TestThread two = thread(1, 2);
  uint64_t t = kStart + 500 * kMs;
  two.alloc(t, 0x2000, 2);
  round(t + 1);
  one.alloc(t - 1, 0x1000, 1);  // stamped before, committed after the first round
  round(t + 2);
  EXPECT_EQ(soFar().events.size(), 0U);
  round(t + Pipeline::kHoldBack);
  std::vector<StoreAlloc> allocs = soFar().all<StoreAlloc>();
  ASSERT_EQ(allocs.size(), 2U);
  EXPECT_EQ(allocs[0].address, 0x1000U);
  EXPECT_EQ(allocs[1].address, 0x2000U);
}

TEST_F(Ordering, AnAddressThatMovesFromThreadToThreadIsNeverAliveTwice) {
  TestThread one = thread(0, 1);
  TestThread two = thread(1, 2);
  uint64_t t = kStart;
  for (int i = 0; i < 1000; ++i) {
    TestThread& giver = i % 2 == 0 ? one : two;
    TestThread& taker = i % 2 == 0 ? two : one;
    taker.alloc(++t, 0x1000, 8);
    giver.free(++t, 0x1000);
    if (i % 10 == 0) round(t);
  }
  ReadBack read = finish();
  uint64_t alive = 0;
  for (const recording::Event& event : read.events) {
    if (std::holds_alternative<StoreAlloc>(event)) ++alive;
    if (std::holds_alternative<StoreFree>(event)) --alive;
    ASSERT_LE(alive, 1U);
  }
  EXPECT_EQ(pipeline_->counts().missing_frees, 0U);
  EXPECT_EQ(pipeline_->counts().unknown_frees, 0U);
}

TEST_F(Ordering, AtTheSameInstantAFreeGoesBeforeAnAllocation) {
  TestThread one = thread(0, 1);
  TestThread two = thread(1, 2);
  one.alloc(kStart + 5, 0x1000, 8);
  one.alloc(kStart + 10, 0x2000, 8);
  two.free(kStart + 10, 0x1000);
  EXPECT_EQ(finish().order(), "AFA");
}

TEST_F(Ordering, OfACapabilityTheLastWordCountsWhicheverRingItIsReadFrom) {
  TestThread read_first = thread(0, 1);
  TestThread read_later = thread(1, 2);
  read_first.capability(kStart + 20, "store-moves", false, "a port led anywhere");
  read_later.capability(kStart + 10, "store-moves", true, "");
  ReadBack read = finish();
  ASSERT_FALSE(read.definitions.capabilities().empty());
  EXPECT_FALSE(read.definitions.capabilities().back().present);
  EXPECT_EQ(read.definitions.capabilities().back().detail, "a port led anywhere");
}

TEST_F(Ordering, ATimeThatRunsBackwardsInARingIsRaised) {
  TestThread one = thread(0, 1);
  one.mark(kStart + 100, "first");
  one.mark(kStart + 50, "second");
  std::vector<Mark> marks = finish().all<Mark>();
  ASSERT_EQ(marks.size(), 2U);
  EXPECT_EQ(marks[0].t, 100U);
  EXPECT_EQ(marks[1].t, 100U);
}

TEST_F(Ordering, WhatWasStampedBeforeTheStartIsAtTheStart) {
  thread(0, 1).mark(kStart - 100, "early");
  EXPECT_EQ(finish().all<Mark>().at(0).t, 0U);
}

TEST_F(Ordering, ATimeInTheFutureDoesNotHoldUpTheOthers) {
  TestThread one = thread(0, 1);
  TestThread two = thread(1, 2);
  one.mark(~uint64_t{0}, "nonsense");
  two.mark(kStart + 1, "sound");
  std::vector<Mark> marks = finish().all<Mark>();
  ASSERT_EQ(marks.size(), 2U);
  EXPECT_EQ(marks[0].t, 1U);
}

TEST_F(Ordering, AnAllocationOverALiveAddressEndsTheStoreWhoseFreeWasLost) {
  TestThread one = thread(0, 1);
  one.alloc(kStart + 1, 0x1000, 8);
  one.slice(kStart + 2, 1, 0x1000, 0, 4);
  one.alloc(kStart + 3, 0x1000, 16);
  one.free(kStart + 4, 0x1000);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "ASDFAF");
  EXPECT_EQ(read.all<StoreFree>().at(0).store.value, 1U);
  EXPECT_EQ(read.all<StoreFree>().at(1).store.value, 2U);
  EXPECT_EQ(pipeline_->counts().missing_frees, 1U);
}

TEST_F(Ordering, AFreeOfAnUnknownAddressIsCountedOnly) {
  thread(0, 1).free(kStart + 1, 0x1000);
  EXPECT_EQ(finish().events.size(), 0U);
  EXPECT_EQ(pipeline_->counts().unknown_frees, 1U);
}

TEST_F(Ordering, AnEndedThreadsRingIsEmptiedAndFreedForTheNext) {
  TestThread one = thread(0, 1);
  one.mark(kStart + 1, "by one");
  one.release();
  uint32_t idle = 99;
  pipeline_->onIdleRing([&](uint32_t ring) { idle = ring; });
  round(kStart + 2);
  EXPECT_EQ(idle, 0U);
  EXPECT_EQ(mapping_.ring(0).state.load(), static_cast<uint32_t>(wire::RingState::kFree));
  thread(0, 2).alloc(kStart + 3, 0x1000, 8);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "MA");
  EXPECT_EQ(read.all<StoreAlloc>().at(0).thread, 2U);
}

}  // namespace
}  // namespace slabscope::collector
