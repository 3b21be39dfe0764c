// SPDX-License-Identifier: Apache-2.0
// Stores that grow in place: born with their first committed pages, resized by what is committed.
#include <gtest/gtest.h>

#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

using recording::StoreAlloc;
using recording::StoreFree;
using recording::StoreKind;
using recording::StoreResize;

constexpr uint64_t kBase = 0x10000000;
constexpr uint64_t kPage = 4096;
constexpr uint64_t kReserved = 16 * kPage;

class ReservedStoreTest : public PipelineTest {
 protected:
  void reserve(uint64_t t, uint64_t address = kBase, uint64_t size = kReserved, uint8_t flags = 0) {
    main_.write(wire::StoreReserved{{}, address, size, 0, 0}, wire::RecordKind::kStoreReserved, t, 0, flags);
  }
  void change(uint64_t t, wire::PagesChange change, uint64_t address, uint64_t size) {
    main_.write(wire::PagesChanged{{}, address, size}, wire::RecordKind::kPagesChanged, t, 0,
                static_cast<uint8_t>(change));
  }
  void commit(uint64_t t, uint64_t address, uint64_t size) {
    change(t, wire::PagesChange::kCommitted, address, size);
  }

  TestThread main_ = thread(0, 1);
};

TEST_F(ReservedStoreTest, IsBornWithItsFirstCommittedPages) {
  reserve(kStart + 10);
  commit(kStart + 20, kBase, 2 * kPage);
  ReadBack read = finish();
  auto allocs = read.all<StoreAlloc>();
  ASSERT_EQ(allocs.size(), 1U);
  EXPECT_EQ(allocs[0].t, 20U);
  EXPECT_EQ(allocs[0].address, kBase);
  EXPECT_EQ(allocs[0].size, 2 * kPage);
  EXPECT_EQ(allocs[0].reserved, kReserved);
  EXPECT_EQ(allocs[0].kind, StoreKind::kResizable);
}

TEST_F(ReservedStoreTest, WithoutAPageItIsNoStore) {
  reserve(kStart + 10);
  change(kStart + 20, wire::PagesChange::kReleased, kBase, kReserved);
  EXPECT_EQ(finish().order(), "");
}

TEST_F(ReservedStoreTest, WebAssemblyMemoryBeginsBehindItsGuard) {
  reserve(kStart + 10, kBase, kReserved, wire::kFlagWasm);
  change(kStart + 11, wire::PagesChange::kReleased, kBase, kPage);
  commit(kStart + 20, kBase + 4 * kPage, kPage);
  ReadBack read = finish();
  auto allocs = read.all<StoreAlloc>();
  ASSERT_EQ(allocs.size(), 1U);
  EXPECT_EQ(allocs[0].address, kBase + 4 * kPage);
  EXPECT_EQ(allocs[0].reserved, 12 * kPage);
  EXPECT_EQ(allocs[0].kind, StoreKind::kWasm);
}

TEST_F(ReservedStoreTest, GrowsShrinksAndDies) {
  reserve(kStart + 10);
  commit(kStart + 20, kBase, 2 * kPage);
  commit(kStart + 30, kBase, 8 * kPage);
  commit(kStart + 31, kBase, 3 * kPage);  // what is committed already
  change(kStart + 40, wire::PagesChange::kDecommitted, kBase + kPage, 7 * kPage);
  change(kStart + 50, wire::PagesChange::kReleased, kBase, kReserved);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "ARRF");
  auto resizes = read.all<StoreResize>();
  EXPECT_EQ(resizes.at(0).size, 8 * kPage);
  EXPECT_EQ(resizes.at(1).size, kPage);
  EXPECT_EQ(read.all<StoreFree>().at(0).t, 50U);
}

TEST_F(ReservedStoreTest, PagesOfOthersChangeNothing) {
  reserve(kStart + 10);
  commit(kStart + 20, kBase, kPage);
  commit(kStart + 30, kBase + kReserved, kPage);
  commit(kStart + 31, kBase - kPage, kPage);
  change(kStart + 40, wire::PagesChange::kReleased, kBase + kReserved, kReserved);
  EXPECT_EQ(finish().order(), "A");
}

TEST_F(ReservedStoreTest, ALostReleaseEndsTheStoreWhenItsPlaceIsReservedAgain) {
  reserve(kStart + 10);
  commit(kStart + 20, kBase, kPage);
  reserve(kStart + 30, kBase - kPage, kReserved);
  commit(kStart + 40, kBase - kPage, 2 * kPage);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "AFA");
}

TEST_F(ReservedStoreTest, SlicesAreFoundInIt) {
  reserve(kStart + 10);
  commit(kStart + 20, kBase, kPage);
  main_.slice(kStart + 30, 1, kBase, 100, 10);
  change(kStart + 50, wire::PagesChange::kReleased, kBase, kReserved);
  EXPECT_EQ(finish().order(), "ASDF");
}

TEST_F(ReservedStoreTest, SizesThatOverflowAreNotBelieved) {
  reserve(kStart + 10, kBase, ~uint64_t{0});
  commit(kStart + 20, kBase, ~uint64_t{0});
  commit(kStart + 30, kBase, kPage);
  EXPECT_EQ(finish().order(), "");
}

TEST_F(ReservedStoreTest, AHoleLeavesTheStoreAlive) {
  reserve(kStart + 10);
  commit(kStart + 20, kBase, kPage);
  change(kStart + 30, wire::PagesChange::kReleased, kBase + 4 * kPage, kPage);
  commit(kStart + 40, kBase, 2 * kPage);
  change(kStart + 50, wire::PagesChange::kReleased, kBase, 4 * kPage);
  EXPECT_EQ(finish().order(), "ARF");
}

}  // namespace
}  // namespace slabscope::collector
