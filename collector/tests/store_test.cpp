// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

using recording::SliceFree;
using recording::StoreAlloc;
using recording::StoreFree;
using recording::StoreKind;

using Stores = PipelineTest;

TEST_F(Stores, CarryWhatTheShimSaw) {
  TestThread one = thread(3, 7);
  one.stack(5, {{"beta", "/app/x.js", 7}, {"alpha", "/app/x.js", 9}});
  one.alloc(kStart + 10, 0xabc0, 1234, 5, 2, 3);
  one.free(kStart + 20, 0xabc0);
  ReadBack read = finish();
  ASSERT_EQ(read.order(), "AF");
  StoreAlloc alloc = read.all<StoreAlloc>().at(0);
  EXPECT_EQ(alloc.t, 10U);
  EXPECT_EQ(alloc.address, 0xabc0U);
  EXPECT_EQ(alloc.size, 1234U);
  EXPECT_EQ(alloc.kind, StoreKind::kArrayBuffer);
  EXPECT_EQ(alloc.isolate, 2U);
  EXPECT_EQ(alloc.allocator, 3U);
  EXPECT_EQ(alloc.thread, 7U);
  EXPECT_EQ(read.functions(alloc.stack), "beta < alpha");
  EXPECT_FALSE(read.all<StoreFree>().at(0).teardown);
}

TEST_F(Stores, AreSlabsWhenNodesPoolMadeThem) {
  TestThread one = thread(0, 1);
  one.stack(
      1, {{"createUnsafeBuffer", "node:internal/buffer"}, {"createPool", "node:buffer"}, {"main", "/a.js"}});
  one.stack(2, {{"SharedArrayBuffer", "", 0, wire::FrameKind::kBuiltin}, {"main", "/a.js"}});
  one.stack(3, {{"createPool", "/somebody/elses/pool.js"}});
  one.alloc(kStart + 1, 0x1000, 8192, 1);
  one.alloc(kStart + 2, 0x4000, 8192, 2);
  one.alloc(kStart + 3, 0x7000, 8192, 3);
  std::vector<StoreAlloc> allocs = finish().all<StoreAlloc>();
  EXPECT_EQ(allocs.at(0).kind, StoreKind::kPool);
  EXPECT_EQ(allocs.at(1).kind, StoreKind::kShared);
  EXPECT_EQ(allocs.at(2).kind, StoreKind::kArrayBuffer);
}

TEST_F(Stores, BornOutsideAnIsolateBelongToTheIsolateOfTheirAllocator) {
  TestThread one = thread(0, 1);
  one.isolateStart(kStart + 1, 4, 9);
  one.alloc(kStart + 2, 0x1000, 8, 0, wire::kNoIsolate, 9);
  one.alloc(kStart + 3, 0x2000, 8, 0, 6, 8);
  one.alloc(kStart + 4, 0x3000, 8, 0, wire::kNoIsolate, 8);
  one.alloc(kStart + 5, 0x4000, 8, 0, wire::kNoIsolate, 77);
  std::vector<StoreAlloc> allocs = finish().all<StoreAlloc>();
  EXPECT_EQ(allocs.at(0).isolate, 4U);
  EXPECT_EQ(allocs.at(2).isolate, 6U);
  EXPECT_EQ(allocs.at(3).isolate, 0U);
}

TEST_F(Stores, FreedAfterTheEndOfTheirIsolateAreTeardown) {
  TestThread one = thread(0, 1);
  one.isolateStart(kStart + 1, 0, 0);
  one.isolateStart(kStart + 1, 1, 1);
  one.alloc(kStart + 2, 0x1000, 8, 0, 0, 0);
  one.alloc(kStart + 2, 0x2000, 8, 0, 1, 1);
  one.alloc(kStart + 2, 0x3000, 8, 0, 1, 1);
  one.free(kStart + 3, 0x3000);
  one.isolateEnd(kStart + 4, 1, 1);
  one.free(kStart + 5, 0x1000);
  one.free(kStart + 6, 0x2000);
  std::vector<StoreFree> frees = finish().all<StoreFree>();
  ASSERT_EQ(frees.size(), 3U);
  EXPECT_FALSE(frees[0].teardown);
  EXPECT_FALSE(frees[1].teardown);
  EXPECT_TRUE(frees[2].teardown);
}

TEST_F(Stores, TheEndOfAnIsolateEndsItsSlicesOnly) {
  TestThread one = thread(0, 1);
  one.alloc(kStart + 1, 0x1000, 8192);
  one.slice(kStart + 2, 1, 0x1000, 0, 8, 0, 0);
  one.slice(kStart + 3, 2, 0x1000, 8, 8, 0, 1);
  one.slice(kStart + 4, 3, 0x1000, 16, 8, 0, 1);
  one.sliceFree(kStart + 5, 3);
  one.isolateEnd(kStart + 6, 1, 1);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "ASSSDED");
  std::vector<SliceFree> ends = read.all<SliceFree>();
  EXPECT_FALSE(ends.at(0).teardown);
  EXPECT_EQ(ends.at(1).slice.value, 2U);
  EXPECT_TRUE(ends.at(1).teardown);
}

TEST_F(Stores, TakeTheirSlicesWithThem) {
  TestThread one = thread(0, 1);
  one.alloc(kStart + 1, 0x1000, 8192);
  one.slice(kStart + 2, 1, 0x1000, 0, 8);
  one.slice(kStart + 3, 2, 0x1000, 8, 8);
  one.free(kStart + 4, 0x1000);
  one.sliceFree(kStart + 5, 1);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "ASSDDF");
  for (const SliceFree& end : read.all<SliceFree>()) EXPECT_EQ(end.t, 4U);
}

TEST_F(Stores, OfSizeZeroAreStoresAndAddressZeroIsNone) {
  TestThread one = thread(0, 1);
  one.alloc(kStart + 1, 0, 8);
  one.alloc(kStart + 2, 0x1000, 0);
  one.free(kStart + 3, 0);
  one.free(kStart + 4, 0x1000);
  EXPECT_EQ(finish().order(), "AF");
}

TEST_F(Stores, DieWithTheirSlicesWhenOthersAreBornInTheirPlace) {
  TestThread one = thread(0, 1);
  for (uint64_t i = 0; i < 100'000; ++i) {
    one.alloc(kStart + 2 * i, 0x1000 + 16 * (i % 10), 8);
    one.slice(kStart + 2 * i, i + 1, 0x1000 + 16 * (i % 10), 0, 8);
    if (i % 1000 == 0) round(kStart + 2 * i);
  }
  const ReadBack read = finish();
  EXPECT_EQ(read.all<StoreFree>().size(), 99'990U);
  EXPECT_EQ(read.all<SliceFree>().size(), 99'990U);
}

}  // namespace
}  // namespace slabscope::collector
