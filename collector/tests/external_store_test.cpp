// SPDX-License-Identifier: Apache-2.0
// Stores over memory that others own, and stores that are sent from one isolate to another.
#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

using recording::Slice;
using recording::StoreAlloc;
using recording::StoreFree;
using recording::StoreKind;
using recording::StoreMove;

class ExternalStores : public PipelineTest {
 protected:
  ExternalStores() : main_(thread(0, 1)) {}

  void alloc(uint64_t t, uint64_t external, uint64_t address, uint64_t size, uint32_t stack = 0,
             uint32_t allocated_at = 0) {
    main_.write(wire::ExternalAlloc{{}, address, size, external, 0, 0, allocated_at, 0},
                wire::RecordKind::kExternalAlloc, t, stack);
  }
  void free(uint64_t t, uint64_t external) {
    main_.write(wire::ExternalFree{{}, external}, wire::RecordKind::kExternalFree, t);
  }

  TestThread main_;
};

TEST_F(ExternalStores, CarryWhatTheShimSaw) {
  main_.stack(5, {{"wrap", "/app/x.js", 7}});
  alloc(kStart + 10, 1, 0xabc0, 1234, 5);
  free(kStart + 20, 1);
  ReadBack read = finish();
  ASSERT_EQ(read.order(), "AF");
  StoreAlloc store = read.all<StoreAlloc>().at(0);
  EXPECT_EQ(store.kind, StoreKind::kExternal);
  EXPECT_EQ(store.address, 0xabc0U);
  EXPECT_EQ(store.size, 1234U);
  EXPECT_EQ(read.functions(store.stack), "wrap");
}

TEST_F(ExternalStores, KnowWhatAllocatedThemWhicheverThreadToldIt) {
  main_.stack(5, {{"wrap", "/app/x.js", 7}});
  TestThread other = thread(1, 2);
  other.stack(6, {{"allocate", "/app/x.cpp", 8}});
  alloc(kStart + 10, 1, 0xabc0, 1234, 5, 6);
  alloc(kStart + 20, 2, 0xdef0, 1234, 5);
  alloc(kStart + 30, 3, 0xfff0, 1234, 5, 7);
  ReadBack read = finish();
  std::vector<StoreAlloc> stores = read.all<StoreAlloc>();
  ASSERT_EQ(stores.size(), 3U);
  EXPECT_EQ(read.functions(stores[0].stack), "wrap");
  EXPECT_EQ(read.functions(stores[0].allocation_stack), "allocate");
  EXPECT_FALSE(stores[1].allocation_stack);
  EXPECT_FALSE(stores[2].allocation_stack) << "never defined";
}

TEST_F(ExternalStores, MayBeginAtOneAddress) {
  alloc(kStart + 1, 1, 0x1000, 100);
  alloc(kStart + 2, 2, 0x1000, 200);
  main_.slice(kStart + 3, 11, 0x1000, 150, 10);
  free(kStart + 4, 2);
  main_.slice(kStart + 5, 12, 0x1000, 50, 10);
  free(kStart + 6, 1);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "AASDFSDF");
  EXPECT_EQ(read.all<Slice>().at(0).store.value, 2U);
  EXPECT_EQ(read.all<Slice>().at(1).store.value, 1U);
}

TEST_F(ExternalStores, LeaveThoseOfNodesAllocatorAlone) {
  main_.alloc(kStart + 1, 0x1000, 100);
  alloc(kStart + 2, 1, 0x1000, 50);
  main_.free(kStart + 3, 0x1000);
  free(kStart + 4, 1);
  free(kStart + 5, 1);
  std::vector<StoreFree> frees = finish().all<StoreFree>();
  ASSERT_EQ(frees.size(), 2U);
  EXPECT_EQ(frees[0].store.value, 1U);
  EXPECT_EQ(frees[1].store.value, 2U);
}

class Moves : public PipelineTest {
 protected:
  Moves() : main_(thread(0, 1)) { main_.alloc(kStart, kStore, 100, 0, 0, 0); }

  void move(uint64_t t, int64_t to, uint32_t from = 0) {
    main_.write(wire::StoreMove{{}, kStore, to, from, 0}, wire::RecordKind::kStoreMove, t);
  }
  void known(uint64_t t, int64_t node_thread, uint32_t isolate, bool is_parent) {
    main_.write(wire::ThreadKnown{{}, node_thread, isolate, is_parent ? 1U : 0U},
                wire::RecordKind::kThreadKnown, t);
  }
  std::vector<uint32_t> destinations() {
    std::vector<uint32_t> found;
    for (const StoreMove& move : finish().all<StoreMove>()) found.push_back(move.isolate);
    return found;
  }

  static constexpr uint64_t kStore = 0x1000;
  TestThread main_;
};

TEST_F(Moves, GoToTheIsolateOfTheThreadAndBackToItsParent) {
  known(kStart + 1, 0, 0, false);
  known(kStart + 2, 5, 0, true);
  known(kStart + 3, 5, 3, false);
  move(kStart + 4, 5);
  move(kStart + 5, wire::kParentThread, 3);
  move(kStart + 6, 5);
  EXPECT_EQ(destinations(), (std::vector<uint32_t>{3, 0, 3}));
}

TEST_F(Moves, WaitForAThreadThatHasNotStarted) {
  known(kStart + 1, 5, 0, true);
  move(kStart + 2, 5);
  known(kStart + 9, 5, 3, false);
  std::vector<StoreMove> moves = finish().all<StoreMove>();
  ASSERT_EQ(moves.size(), 1U);
  EXPECT_EQ(moves[0].t, 9U);
  EXPECT_EQ(moves[0].isolate, 3U);
}

TEST_F(Moves, ThatWaitEndWithTheNextMoveAndWithTheStore) {
  known(kStart + 1, 0, 0, false);
  move(kStart + 2, 5);
  move(kStart + 3, 0);  // it was refused
  move(kStart + 4, 6);
  main_.free(kStart + 5, kStore);
  main_.alloc(kStart + 6, kStore, 100);
  known(kStart + 7, 5, 3, false);
  known(kStart + 8, 6, 4, false);
  EXPECT_TRUE(destinations().empty());
}

}  // namespace
}  // namespace slabscope::collector
