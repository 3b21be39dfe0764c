// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

using recording::Slice;
using recording::SliceFree;
using recording::StoreKind;
using recording::StoreKindKnown;
using Frame = TestThread::TestFrame;

const Frame kFastBuffer{"FastBuffer", "node:internal/buffer"};
const Frame kAllocate{"allocate", "node:buffer"};
const Frame kFromStringFast{"fromStringFast", "node:buffer"};
const Frame kSubarray{"subarray", "node:buffer"};
const Frame kFromArrayBuffer{"fromArrayBuffer", "node:buffer"};
const Frame kProgram{"main", "/app/main.js"};

constexpr uint32_t kAllocateStack = 1;
constexpr uint32_t kFromStringStack = 2;
constexpr uint32_t kSubarrayStack = 3;
constexpr uint32_t kFromArrayBufferStack = 4;
constexpr uint32_t kWholePoolStack = 5;
constexpr uint32_t kOwnStoreStack = 6;
constexpr uint32_t kStreamReadStack = 7;
constexpr uint64_t kSlab = 0x10000;

class Slices : public PipelineTest {
 protected:
  Slices() : main_(thread(0, 1)) {
    main_.stack(kAllocateStack, {kFastBuffer, kAllocate, kProgram});
    main_.stack(kFromStringStack, {kFastBuffer, kFromStringFast, kProgram});
    main_.stack(kSubarrayStack, {kFastBuffer, kSubarray, kProgram});
    main_.stack(kFromArrayBufferStack, {kFastBuffer, kFromArrayBuffer, kProgram});
    main_.stack(kWholePoolStack, {kFastBuffer,
                                  {"createUnsafeAlignedBuffer", "node:internal/buffer"},
                                  {"createPool", "node:buffer"},
                                  kAllocate,
                                  kProgram});
    main_.stack(kOwnStoreStack, {kFastBuffer,
                                 {"createUnsafeAlignedBuffer", "node:internal/buffer"},
                                 {"allocUnsafeSlow", "node:buffer"},
                                 kProgram});
    main_.stack(kStreamReadStack,
                {kFastBuffer, {"onStreamRead", "node:internal/stream_base_commons"}, kProgram});
    main_.alloc(kStart, kSlab, 8192);
  }
  uint64_t next() { return ++t_; }

  TestThread main_;

 private:
  uint64_t t_ = kStart;
};

TEST_F(Slices, CarryOffsetLengthAndCaller) {
  main_.slice(next(), 41, kSlab, 16, 5, kAllocateStack, 3);
  ReadBack read = finish();
  Slice slice = read.all<Slice>().at(0);
  EXPECT_EQ(slice.store.value, 1U);
  EXPECT_EQ(slice.parent.value, 0U);
  EXPECT_EQ(slice.offset, 16U);
  EXPECT_EQ(slice.length, 5U);
  EXPECT_EQ(slice.isolate, 3U);
  EXPECT_EQ(read.functions(slice.stack), "FastBuffer < allocate < main");
}

TEST_F(Slices, BehindAllCutsAreCutsAndInsideThemAreViews) {
  main_.slice(next(), 1, kSlab, 0, 100);
  main_.slice(next(), 2, kSlab, 104, 100);
  main_.slice(next(), 3, kSlab, 110, 20);  // of 2
  main_.slice(next(), 4, kSlab, 112, 4);   // of 3, the smallest around it
  main_.slice(next(), 5, kSlab, 0, 100);   // of 1
  main_.slice(next(), 6, kSlab, 10, 5);    // of 5, the youngest of equals
  main_.slice(next(), 7, kSlab, 50, 60);   // across two: of none
  main_.slice(next(), 8, kSlab, 208, 8);
  std::vector<Slice> slices = finish().all<Slice>();
  std::vector<uint64_t> parents;
  for (const Slice& slice : slices) parents.push_back(slice.parent.value);
  EXPECT_EQ(parents, (std::vector<uint64_t>{0, 0, 2, 3, 1, 5, 0, 0}));
}

TEST_F(Slices, ADeadSliceIsNoParent) {
  main_.slice(next(), 1, kSlab, 0, 100);
  main_.slice(next(), 2, kSlab, 10, 50);
  main_.sliceFree(next(), 2);
  main_.slice(next(), 3, kSlab, 20, 5);
  EXPECT_EQ(finish().all<Slice>().at(2).parent.value, 1U);
}

TEST_F(Slices, AKnownParentIsTakenAsGiven) {
  main_.slice(next(), 1, kSlab, 0, 100);
  main_.slice(next(), 2, kSlab, 0, 50);
  main_.view(next(), 3, kSlab, 0, 10, 1);
  main_.view(next(), 4, kSlab, 0, 10, 0);
  main_.view(next(), 5, kSlab, 0, 10, 999);
  std::vector<Slice> slices = finish().all<Slice>();
  EXPECT_EQ(slices.at(2).parent.value, 1U);
  EXPECT_EQ(slices.at(3).parent.value, 0U);
  EXPECT_EQ(slices.at(4).parent.value, 0U);
}

TEST_F(Slices, CutByThePoolHaveNoParent) {
  main_.slice(next(), 1, kSlab, 0, 100);
  main_.slice(next(), 2, kSlab, 10, 5, kAllocateStack);
  EXPECT_EQ(finish().all<Slice>().at(1).parent.value, 0U);
}

TEST_F(Slices, AnEmptyViewAtTheEndOfTheNewestCutIsAView) {
  main_.slice(next(), 1, kSlab, 0, 100, kAllocateStack);
  main_.slice(next(), 2, kSlab, 100, 0, kSubarrayStack);
  EXPECT_EQ(finish().all<Slice>().at(1).parent.value, 1U);
}

TEST_F(Slices, TheFirstCutByThePoolTellsThatTheStoreIsASlab) {
  main_.slice(next(), 1, kSlab, 0, 8, kAllocateStack);
  main_.slice(next(), 2, kSlab, 8, 8, kAllocateStack);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "AKSS");
  EXPECT_EQ(read.all<StoreKindKnown>().at(0).kind, StoreKind::kPool);
  EXPECT_EQ(read.all<StoreKindKnown>().at(0).store.value, 1U);
}

TEST_F(Slices, OfTheProgramsOwnArrayBufferDoNotMakeItASlab) {
  main_.runtime(wire::RuntimeKey::kPoolSize, "8192");
  main_.slice(next(), 1, kSlab, 0, 8, kFromArrayBufferStack);
  main_.slice(next(), 2, kSlab, 16, 8, kSubarrayStack);
  main_.slice(next(), 3, kSlab, 32, 8, kOwnStoreStack);
  EXPECT_EQ(finish().order(), "ASSS");
}

TEST_F(Slices, WithoutStacksASlabIsKnownByItsSize) {
  main_.runtime(wire::RuntimeKey::kPoolSize, "8192");
  main_.alloc(next(), 0x20000, 8192 + 64);
  main_.alloc(next(), 0x30000, 8000);
  main_.slice(next(), 1, kSlab, 0, 8);
  main_.slice(next(), 2, 0x20000, 0, 8);
  main_.slice(next(), 3, 0x30000, 0, 8);
  std::vector<StoreKindKnown> kinds = finish().all<StoreKindKnown>();
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].store.value, 1U);
  EXPECT_EQ(kinds[1].store.value, 2U);
}

TEST_F(Slices, NodesHandleOnAWholePoolIsNone) {
  main_.slice(next(), 1, kSlab, 16, 8128, kWholePoolStack);
  main_.slice(next(), 2, kSlab, 16, 8, kAllocateStack);
  main_.sliceFree(next(), 1);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "AKS");
  EXPECT_EQ(read.all<Slice>().at(0).parent.value, 0U);
  EXPECT_EQ(pipeline_->counts().whole_pools, 1U);
}

TEST_F(Slices, WithoutStacksTheHandleOnAWholePoolIsKnownByItsLength) {
  main_.runtime(wire::RuntimeKey::kPoolSize, "65536");
  main_.alloc(next(), 0x20000, 65600);
  main_.slice(next(), 1, 0x20000, 16, 65536);
  main_.slice(next(), 2, 0x20000, 16, 8);
  std::vector<Slice> slices = finish().all<Slice>();
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(slices[0].length, 8U);
}

TEST_F(Slices, OverNoKnownStoreOrBeyondItsEndAreCountedOnly) {
  main_.slice(next(), 1, 0x999000, 0, 8);
  main_.slice(next(), 2, kSlab, 8190, 8);
  main_.slice(next(), 3, kSlab, ~uint64_t{0}, 8);
  main_.slice(next(), 0, kSlab, 0, 8);
  EXPECT_EQ(finish().order(), "A");
  EXPECT_EQ(pipeline_->counts().unplaced_slices, 4U);
}

class Trims : public Slices {
 protected:
  Trims() { main_.runtime(wire::RuntimeKey::kNodeVersion, "v18.20.8"); }
};

TEST_F(Trims, AReservationAppearsOnceWithItsFinalLength) {
  main_.slice(next(), 1, kSlab, 0, 12, kFromStringStack);
  main_.gcBegin(next(), 1);
  main_.sliceFree(next(), 77);
  main_.gcEnd(next(), 1);
  main_.slice(next(), 2, kSlab, 0, 5, kFromStringStack);
  main_.slice(next(), 3, kSlab, 8, 5, kFromStringStack);
  main_.sliceFree(next(), 1);  // the reservation itself
  main_.sliceFree(next(), 2);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "AKSGSD");
  std::vector<Slice> slices = read.all<Slice>();
  EXPECT_EQ(slices.at(0).length, 5U);
  EXPECT_EQ(slices.at(1).parent.value, 0U);
  EXPECT_EQ(slices.at(1).offset, 8U);
  EXPECT_EQ(read.all<recording::SliceFree>().at(0).slice.value, 1U);
}

TEST_F(Trims, ASubarrayFromTheStartOfAStringsBufferIsNone) {
  main_.slice(next(), 1, kSlab, 0, 12, kFromStringStack);
  main_.slice(next(), 2, kSlab, 0, 5, kSubarrayStack);
  std::vector<Slice> slices = finish().all<Slice>();
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[0].length, 12U);
  EXPECT_EQ(slices[1].parent.value, 1U);
}

TEST_F(Trims, TheRecordingWaitsForWhatTheThreadDoesNext) {
  main_.slice(next(), 1, kSlab, 0, 12, kFromStringStack);
  round(kStart + Pipeline::kHoldBack + 1000);
  EXPECT_EQ(soFar().all<Slice>().size(), 0U);
  main_.slice(next(), 2, kSlab, 0, 5, kFromStringStack);
  round(kStart + Pipeline::kHoldBack + 2000);
  std::vector<Slice> slices = soFar().all<Slice>();
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(slices[0].length, 5U);
}

TEST_F(Trims, OneThatComesTooLateEndsTheReservation) {
  main_.slice(next(), 1, kSlab, 0, 12, kFromStringStack);
  round(kStart + Pipeline::kHoldBack + Merge::kTrimPatience + 1000);
  EXPECT_EQ(soFar().all<Slice>().size(), 1U);
  main_.slice(next(), 2, kSlab, 0, 5, kFromStringStack);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "AKSDS");
  EXPECT_EQ(read.all<Slice>().at(1).parent.value, 0U);
}

TEST_F(Slices, ASecondStreamReadTellsANativePool) {
  main_.slice(next(), 1, kSlab, 0, 12, kStreamReadStack);
  main_.slice(next(), 2, kSlab, 12, 5, kStreamReadStack);
  main_.slice(next(), 3, kSlab, 17, 5, kStreamReadStack);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "ASKSS");
  EXPECT_EQ(read.all<StoreKindKnown>().at(0).kind, StoreKind::kNativePool);
  for (const Slice& slice : read.all<Slice>()) EXPECT_EQ(slice.parent.value, 0U);
}

TEST_F(Slices, AStreamReadThatDoesNotFillItsStoreMakesItNoSlab) {
  main_.slice(next(), 1, kSlab, 0, 12, kStreamReadStack);
  EXPECT_EQ(finish().order(), "AS");
}

TEST_F(Slices, OfANodeThatDoesNotTrimAreNotWaitedFor) {
  main_.runtime(wire::RuntimeKey::kNodeVersion, "v24.21.0");
  main_.slice(next(), 1, kSlab, 0, 12, kFromStringStack);
  round(kStart + Pipeline::kHoldBack + 1000);
  EXPECT_EQ(soFar().all<Slice>().size(), 1U);
}

TEST_F(Slices, ThatAreSmallHaveTheIsolateOfTheirIds) {
  constexpr uint64_t kIsolate = 3;
  constexpr uint64_t kFirst = kIsolate << wire::kSliceNumberBits | 1;
  TestThread one = thread(0, 1);
  one.alloc(kStart + 1, 0x10000, 8192);
  one.smallSlice(kStart + 2, kFirst, 0x10000, 40, 20);
  one.smallSlice(kStart + 3, kFirst + 1, 0x10000, 44, 8, kFirst);
  std::vector<Slice> slices = finish().all<Slice>();
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[0].isolate, kIsolate);
  EXPECT_EQ(slices[0].offset, 40U);
  EXPECT_EQ(slices[0].length, 20U);
  EXPECT_FALSE(slices[0].parent);
  EXPECT_EQ(slices[1].parent, slices[0].slice);
}

TEST_F(Slices, ThatACollectionFindsDeadTogetherDieInTheirOrder) {
  TestThread one = thread(0, 1);
  one.alloc(kStart + 1, 0x10000, 8192);
  for (uint64_t id = 1; id <= 6; ++id) one.slice(kStart + 2, id, 0x10000, 8 * id, 8);
  one.sliceDeaths(kStart + 10, {2, 5, 3});
  one.sliceDeaths(kStart + 20, {1});
  std::vector<SliceFree> deaths = finish().all<SliceFree>();
  ASSERT_EQ(deaths.size(), 4U);
  EXPECT_EQ(deaths[0].slice.value, 2U);
  EXPECT_EQ(deaths[1].slice.value, 5U);
  EXPECT_EQ(deaths[2].slice.value, 3U);
  EXPECT_EQ(deaths[2].t, 10U);
  EXPECT_EQ(deaths[3].slice.value, 1U);
  EXPECT_EQ(deaths[3].t, 20U);
}

}  // namespace
}  // namespace slabscope::collector
