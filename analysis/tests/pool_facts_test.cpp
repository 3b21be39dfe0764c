// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/pool_facts.h"

#include <gtest/gtest.h>

#include "made_up_pool.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::Header;
using recording::StoreId;
using tests::PoolMaker;
using tests::TemporaryFile;

class Facts : public testing::Test {
 protected:
  explicit Facts(uint64_t pool_size = 8192) : pool_(file_.path(), pool_size) {}

  PoolFacts facts() {
    pool_.finish();
    return factsOf(file_.path());
  }
  static PoolFacts factsOf(const std::string& path) {
    const Result<Scan> scanned = scan(path);
    EXPECT_TRUE(scanned) << scanned.error().message;
    Result<PoolFacts> facts = poolFacts(*scanned);
    EXPECT_TRUE(facts);
    return *facts;
  }

  TemporaryFile file_;
  PoolMaker pool_;
};

uint64_t gaps(const PoolFacts& facts, GapCause cause) {
  return facts.placement.gaps.at(static_cast<size_t>(cause)).count;
}
const FillFigures& leftFor(const PoolFacts& facts, Factory factory) {
  return facts.cost.by_factory.at(static_cast<size_t>(factory));
}
const recording::Tally& tail(const FillFigures& fill, TailCause cause) {
  return fill.tails.at(static_cast<size_t>(cause));
}

TEST_F(Facts, OfAnEmptyRecordingAreThatNothingWasExercised) {
  const PoolFacts empty = facts();
  EXPECT_EQ(empty.size.verdict, Verdict::kHolds);  // by what was told
  for (const Finding& finding :
       {Finding(empty.alloc), Finding(empty.threshold), Finding(empty.placement), Finding(empty.reuse),
        Finding(empty.sharing), Finding(empty.old_data), Finding(empty.cost), Finding(empty.held),
        Finding(empty.threads), Finding(empty.whole)}) {
    EXPECT_EQ(finding.verdict, Verdict::kNotExercised);
    EXPECT_EQ(finding.lacking, Lacking::kNothing);
  }
}

class FactsUntold : public Facts {
 protected:
  FactsUntold() : Facts(0) {}
};

TEST_F(FactsUntold, NeedAPoolSizeOrASlab) {
  const PoolFacts empty = facts();
  EXPECT_EQ(empty.size.verdict, Verdict::kCannotTell);
  EXPECT_EQ(empty.size.lacking, Lacking::kPoolSize);
}

TEST_F(FactsUntold, KnowNoThresholdThen) {
  pool_.cut(2, pool_.slab(1), 0, 10, pool_.allocUnsafe());
  const PoolFacts some = facts();
  EXPECT_EQ(some.size.verdict, Verdict::kHolds);
  EXPECT_EQ(some.threshold.lacking, Lacking::kPoolSize);
}

TEST_F(Facts, TellSlabsOfAnotherSize) {
  pool_.slab(1);
  pool_.slab(2, 65536);
  const PoolFacts mixed = facts();
  EXPECT_EQ(mixed.size.verdict, Verdict::kInPart);
  EXPECT_EQ(mixed.size.slabs.at(65536), 1U);
}

class FactsOf26 : public Facts {
 protected:
  FactsOf26() : Facts(65536) {}
};

TEST_F(FactsOf26, ExplainTheRoomForAlignment) {
  const StoreId first = pool_.slab(1, 65600, 0x7f0000000010);
  pool_.cut(2, first, 48, 32000, pool_.allocUnsafe());
  pool_.cut(3, first, 48 + 32000, 32767, pool_.allocUnsafe());
  pool_.cut(5, pool_.slab(4, 65600, 0x7f0000100000), 0, 32767, pool_.allocUnsafe());
  const PoolFacts aligned = facts();
  EXPECT_EQ(aligned.size.verdict, Verdict::kDoesNotHold);
  EXPECT_EQ(aligned.size.room, 64U);
  EXPECT_EQ(aligned.size.bases, (std::map<uint64_t, uint64_t>{{0, 1}, {48, 1}}));
  EXPECT_EQ(gaps(aligned, GapCause::kBase), 2U);
  EXPECT_EQ(aligned.placement.verdict, Verdict::kDoesNotHold);
  EXPECT_EQ(aligned.cost.all.slabs, 1U);
  EXPECT_EQ(aligned.cost.all.room, 64U);
  EXPECT_EQ(tail(aligned.cost.all, TailCause::kDidNotFit).bytes, 65536U - 32000 - 32767);
}

TEST_F(FactsOf26, FindTheRoomOfAPoolWhoseSizeWasChanged) {
  pool_.cut(2, pool_.slab(1, 65600, 0x7f0000000000), 0, 10, pool_.allocUnsafe());
  const StoreId changed = pool_.slab(3, 8192 + 64, 0x7f0000100020);
  pool_.cut(4, changed, 32, 4000, pool_.allocUnsafe());
  EXPECT_EQ(gaps(facts(), GapCause::kBase), 2U);
}

TEST_F(Facts, TellAllocFromThePoolWhereItHappens) {
  pool_.store(1, 100, pool_.alloc());
  pool_.store(2, 70, pool_.alloc());
  EXPECT_EQ(facts().alloc.verdict, Verdict::kDoesNotHold);
}

TEST_F(Facts, FindACutByAlloc) {
  const auto stack = pool_.maker().stack("alloc", "node:buffer", 1, 1);
  pool_.cut(2, pool_.slab(1), 0, 10, pool_.maker().stack("allocate", "node:buffer", 1, 1, stack));
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.alloc.verdict, Verdict::kHolds);
  ASSERT_TRUE(facts.alloc.cut);
  EXPECT_EQ(facts.alloc.cut->length, 10U);
}

TEST_F(Facts, KnowTheThreshold) {
  const StoreId slab = pool_.slab(1);
  pool_.cut(2, slab, 0, 4095, pool_.allocUnsafe());
  pool_.cut(3, slab, 4096, 4, pool_.fromString());
  pool_.store(4, 4096, pool_.unpooled());
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.threshold.verdict, Verdict::kHolds);
  EXPECT_EQ(facts.threshold.threshold, 4096U);
  EXPECT_EQ(facts.threshold.largest_cut->length, 4095U);
  EXPECT_EQ(facts.threshold.smallest_store->length, 4096U);
  EXPECT_EQ(facts.threshold.factories[static_cast<size_t>(Factory::kFromString)].cuts.count, 1U);
  EXPECT_FALSE(facts.threshold.exception);
}

TEST_F(Facts, FindExceptionsFromTheThreshold) {
  const StoreId slab = pool_.slab(1);
  pool_.cut(2, slab, 0, 10, pool_.allocUnsafe());
  pool_.cut(3, slab, 16, 4096, pool_.allocUnsafe());
  pool_.store(4, 4095, pool_.unpooled());
  pool_.store(5, 3000, pool_.unpooled("fromStringFast"));
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.threshold.verdict, Verdict::kInPart);
  EXPECT_EQ(facts.threshold.large_cuts, 1U);
  EXPECT_EQ(facts.threshold.small_stores, 2U);
  EXPECT_EQ(facts.threshold.small_string_stores, 1U);
  ASSERT_TRUE(facts.threshold.exception);
  EXPECT_EQ(facts.threshold.exception->length, 4096U);
}

TEST_F(Facts, NameTheCauseOfEveryGap) {
  const StoreId old = pool_.slab(1);
  pool_.cut(10, old, 1000, 8, pool_.allocUnsafe());   // start-up
  pool_.cut(11, old, 1008, 5, pool_.allocUnsafe());   // none
  pool_.cut(12, old, 1016, 8, pool_.allocUnsafe());   // alignment
  pool_.cut(13, old, 1056, 8, pool_.allocAligned());  // aligned request
  pool_.add(recording::Pause{20});
  pool_.add(recording::Resume{21});
  pool_.cut(22, old, 1200, 8, pool_.allocUnsafe());  // pause
  pool_.add(recording::Lost{.t = 25, .until = 26, .count = 3});
  pool_.cut(30, old, 2000, 8, pool_.allocUnsafe());  // lost
  pool_.cut(40, old, 2256, 8, pool_.allocUnsafe());  // unknown
  const StoreId next = pool_.slab(41);
  pool_.cut(42, next, 0, 8, pool_.allocUnsafe());  // base
  const StoreId third = pool_.slab(43);
  pool_.cut(44, third, 64, 8, pool_.allocUnsafe());  // unknown: its pool was seen before
  const PoolFacts facts = this->facts();
  for (const GapCause cause :
       {GapCause::kStartup, GapCause::kNone, GapCause::kAlignment, GapCause::kAlignedRequest,
        GapCause::kPaused, GapCause::kLost, GapCause::kBase})
    EXPECT_EQ(gaps(facts, cause), 1U) << static_cast<int>(cause);
  EXPECT_EQ(gaps(facts, GapCause::kUnknown), 2U);
  EXPECT_EQ(facts.placement.gaps[static_cast<size_t>(GapCause::kAlignedRequest)].bytes, 32U);
  EXPECT_EQ(facts.placement.cuts, 9U);
  EXPECT_EQ(facts.placement.pairs, 6U);
  EXPECT_EQ(facts.placement.verdict, Verdict::kInPart);
  ASSERT_TRUE(facts.placement.apart);
  EXPECT_EQ(facts.placement.apart->offset, 2256U);
  EXPECT_EQ(facts.cost.verdict, Verdict::kInPart);
}

TEST_F(Facts, FindSlicesThatLieApart) {
  const StoreId slab = pool_.slab(1);
  for (uint64_t i = 0; i < 4; ++i) pool_.cut(2 + i, slab, 256 + i * 256, 4, pool_.allocUnsafe());
  const PoolFacts facts = this->facts();
  EXPECT_EQ(gaps(facts, GapCause::kUnknown), 3U);
  EXPECT_EQ(facts.placement.verdict, Verdict::kInPart);
}

TEST_F(Facts, SeeOtherCallersBetweenTwoCutsOfOne) {
  const StoreId slab = pool_.slab(1);
  pool_.cut(2, slab, 0, 4, pool_.allocUnsafe(10));
  pool_.cut(3, slab, 8, 248, pool_.allocUnsafe(20));
  pool_.cut(4, slab, 256, 4, pool_.allocUnsafe(10));
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.placement.between, 1U);
  EXPECT_EQ(facts.placement.farthest, 252U);
  EXPECT_EQ(facts.placement.verdict, Verdict::kDoesNotHold);
}

TEST_F(Facts, FindARegionThatIsHandedOutAgain) {
  const StoreId slab = pool_.slab(1);
  const auto dead = pool_.cut(2, slab, 0, 100, pool_.allocUnsafe());
  pool_.cut(3, slab, 104, 100, pool_.allocUnsafe());
  pool_.die(4, dead);
  pool_.cut(5, slab, 40, 80, pool_.allocUnsafe());  // 60 bytes dead, 4 never cut, 16 live
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.reuse.verdict, Verdict::kInPart);
  EXPECT_EQ(facts.reuse.reused, (recording::Tally{1, 60}));
  EXPECT_EQ(facts.reuse.over_live, 1U);
  EXPECT_EQ(facts.reuse.backward, 1U);
  ASSERT_TRUE(facts.reuse.example);
  EXPECT_EQ(facts.reuse.example->offset, 40U);
  EXPECT_EQ(facts.placement.verdict, Verdict::kInPart);
}

TEST_F(Facts, TakeNoGapForAFreedRegion) {
  const StoreId slab = pool_.slab(1);
  pool_.die(3, pool_.cut(2, slab, 0, 100, pool_.allocUnsafe()));
  pool_.cut(4, slab, 1000, 8, pool_.allocUnsafe());
  pool_.cut(5, slab, 200, 8, pool_.allocUnsafe());
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.reuse.reused.count, 0U);
  EXPECT_EQ(facts.reuse.backward, 1U);
  EXPECT_EQ(facts.reuse.verdict, Verdict::kDoesNotHold);
}

TEST_F(Facts, TakeNoTrimForAFreedRegion) {
  const StoreId slab = pool_.slab(1);
  const auto reserved = pool_.cut(2, slab, 0, 300, pool_.fromString());
  pool_.die(3, reserved);
  pool_.cut(3, slab, 0, 100, pool_.fromString());
  pool_.cut(4, slab, 104, 10, pool_.allocUnsafe());
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.placement.trims, 1U);
  EXPECT_EQ(facts.placement.backward, 0U);
  EXPECT_EQ(gaps(facts, GapCause::kAlignment), 1U);
  EXPECT_EQ(facts.reuse.reused.count, 0U);
  EXPECT_EQ(facts.reuse.verdict, Verdict::kNotExercised);
}

TEST_F(Facts, TakeNoViewForAFreedRegion) {
  const StoreId slab = pool_.slab(1);
  pool_.die(3, pool_.cut(2, slab, 0, 100, pool_.allocUnsafe()));
  pool_.cut(4, slab, 0, 50, pool_.subarray());
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.placement.cuts, 1U);
  EXPECT_EQ(facts.reuse.backward, 0U);
}

TEST_F(Facts, CannotTellAViewFromAReuseWithoutStacks) {
  const StoreId slab = pool_.slab(1);
  pool_.die(3, pool_.cut(2, slab, 0, 100, {}));
  pool_.cut(4, slab, 0, 50, {});
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.reuse.unclear, 1U);
  EXPECT_EQ(facts.reuse.verdict, Verdict::kCannotTell);
  EXPECT_EQ(facts.reuse.lacking, Lacking::kStacks);
}

TEST_F(Facts, HaveNoReuseToTellWhereNothingDied) {
  const StoreId slab = pool_.slab(1);
  pool_.cut(2, slab, 0, 8, pool_.allocUnsafe());
  pool_.cut(3, slab, 8, 8, pool_.allocUnsafe());
  EXPECT_EQ(facts().reuse.verdict, Verdict::kNotExercised);
}

TEST_F(Facts, TellSlabsThatAreNotShared) {
  pool_.cut(2, pool_.slab(1), 0, 8, pool_.allocUnsafe());
  pool_.cut(4, pool_.slab(3), 0, 8, pool_.allocUnsafe());
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.sharing.verdict, Verdict::kDoesNotHold);
  EXPECT_EQ(facts.sharing.slabs, 2U);
  EXPECT_EQ(facts.sharing.shared, 0U);
}

TEST_F(Facts, ShowTwoCallersThatShareASlab) {
  const StoreId slab = pool_.slab(1);
  pool_.cut(2, slab, 0, 8, pool_.allocUnsafe(10));
  pool_.cut(3, slab, 8, 8, pool_.allocUnsafe(10));
  pool_.cut(4, slab, 16, 8, pool_.allocUnsafe(20));
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.sharing.verdict, Verdict::kHolds);
  ASSERT_TRUE(facts.sharing.second);
  EXPECT_EQ(facts.sharing.first->offset, 8U);
  EXPECT_EQ(facts.sharing.second->offset, 16U);
}

TEST_F(Facts, TellWhoseAddressASlabHas) {
  const StoreId before = pool_.store(1, 6000, pool_.unpooled(), 0x10000);
  pool_.free(2, before);
  pool_.slab(3, 8192, 0x11000);  // 6000 - 4096 bytes in common
  pool_.slab(4, 8192, 0x20000);
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.old_data.verdict, Verdict::kHolds);
  EXPECT_EQ(facts.old_data.slabs.count, 2U);
  EXPECT_EQ(facts.old_data.reused, (recording::Tally{1, 6000 - 4096}));
  EXPECT_EQ(facts.old_data.earlier, before);
  EXPECT_EQ(facts.old_data.earlier_died, 2U);
}

TEST_F(Facts, TellSlabsAtAddressesThatNobodyHad) {
  pool_.free(2, pool_.store(1, 6000, pool_.unpooled(), 0x10000));
  pool_.slab(3, 8192, 0x20000);
  EXPECT_EQ(facts().old_data.verdict, Verdict::kDoesNotHold);
}

TEST_F(Facts, CannotTellAboutAddressesWhereNotAllEarlierStoresAreKnown) {
  pool_.free(2, pool_.store(1, 6000, pool_.unpooled(), 0x10000));
  pool_.maker().add(recording::Lost{.t = 3, .until = 4, .count = 1});
  pool_.slab(5, 8192, 0x20000);
  const PoolFacts facts = this->facts();
  EXPECT_FALSE(facts.old_data.exact);
  EXPECT_EQ(facts.old_data.verdict, Verdict::kCannotTell);
  EXPECT_EQ(facts.old_data.lacking, Lacking::kNothing);
}

TEST_F(Facts, TellOfAddressesThatWereAStoresHoweverManyAreNotKnown) {
  pool_.free(2, pool_.store(1, 6000, pool_.unpooled(), 0x20000));
  pool_.maker().add(recording::Lost{.t = 3, .until = 4, .count = 1});
  pool_.slab(5, 8192, 0x20000);
  const PoolFacts facts = this->facts();
  EXPECT_FALSE(facts.old_data.exact);
  EXPECT_EQ(facts.old_data.verdict, Verdict::kHolds);
}

TEST_F(Facts, CannotTellAboutAddressesOnceEarlierStoresWereForgotten) {
  constexpr uint64_t kStores = (1 << 16) + 1;
  for (uint64_t i = 1; i <= kStores; ++i)
    pool_.free(i, pool_.store(i, i == kStores ? 100 : 8, pool_.unpooled(), 0x10000 + i * 4096));
  pool_.slab(kStores + 1, 8192, 0x7f0000000000);
  const PoolFacts facts = this->facts();
  EXPECT_FALSE(facts.old_data.exact);
  EXPECT_EQ(facts.old_data.verdict, Verdict::kCannotTell);
}

TEST_F(Facts, KnowWhyAStringLeftItsSlab) {
  const StoreId first = pool_.slab(1);
  for (uint64_t i = 0; i < 5; ++i) pool_.cut(2 + i, first, i * 1000, 1000, pool_.fromString());
  const StoreId second = pool_.slab(10);
  pool_.cut(11, second, 0, 1000, pool_.fromString());  // had 3192 bytes free
  pool_.cut(12, second, 1000, 4000, pool_.allocUnsafe());
  const StoreId third = pool_.slab(20);
  pool_.cut(21, third, 0, 4000, pool_.allocUnsafe());  // had 3192 bytes free: did not fit
  const PoolFacts facts = this->facts();
  const FillFigures& strings = leftFor(facts, Factory::kFromString);
  EXPECT_EQ(strings.slabs, 1U);
  EXPECT_EQ(strings.cut, 5000U);
  EXPECT_NEAR(strings.fill(), 0.610, 0.001);
  EXPECT_EQ(tail(strings, TailCause::kStringReservation), (recording::Tally{1, 3192}));
  const FillFigures& others = leftFor(facts, Factory::kAllocUnsafe);
  EXPECT_EQ(tail(others, TailCause::kDidNotFit), (recording::Tally{1, 3192}));
  EXPECT_EQ(facts.cost.all.bytes, facts.cost.all.cut + facts.cost.all.padding + facts.cost.all.aligned +
                                      facts.cost.all.room + facts.cost.all.tail());
}

TEST_F(Facts, CountASlabThatDiesBeforeTheNextIsCut) {
  const StoreId first = pool_.slab(1);
  pool_.die(3, pool_.cut(2, first, 0, 4000, pool_.allocUnsafe()));
  const StoreId second = pool_.slab(4);
  pool_.free(5, first);
  pool_.cut(6, second, 0, 4090, pool_.allocUnsafe());
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.cost.all.slabs, 1U);
  EXPECT_EQ(facts.cost.all.cut, 4000U);
}

TEST_F(Facts, FindNoCauseWhereTheRequestWouldHaveFitted) {
  pool_.cut(2, pool_.slab(1), 0, 4000, pool_.allocUnsafe());
  pool_.cut(4, pool_.slab(3), 0, 10, pool_.allocUnsafe());
  EXPECT_EQ(tail(facts().cost.all, TailCause::kUnknown), (recording::Tally{1, 8192 - 4000}));
}

TEST_F(Facts, TellWhatKeepsSlabs) {
  const StoreId first = pool_.slab(1);
  pool_.die(3, pool_.cut(2, first, 0, 4000, pool_.allocUnsafe()));
  pool_.cut(4, first, 4000, 16, pool_.allocUnsafe());
  const StoreId second = pool_.slab(5);
  pool_.cut(6, second, 0, 4090, pool_.allocUnsafe());
  pool_.cut(7, second, 4096, 4090, pool_.allocUnsafe());
  pool_.add(recording::Gc{.t = 8, .duration = 1, .isolate = 0, .kind = recording::GcKind::kMarkCompact});
  pool_.cut(10, pool_.slab(9), 0, 100, pool_.allocUnsafe());  // the pool's own
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.held.verdict, Verdict::kHolds);
  EXPECT_EQ(facts.held.slabs.count, 2U);
  EXPECT_EQ(facts.held.live, 16U + 2 * 4090);
  EXPECT_EQ(facts.held.smallest, 16U);
  EXPECT_EQ(facts.held.by_percent, (std::array<uint64_t, 4>{1, 0, 0, 1}));
  EXPECT_EQ(facts.held.old.count, 2U);
  EXPECT_EQ(facts.held.example->offset, 4000U);
}

TEST_F(Facts, TellSlabsThatAreKeptByMuch) {
  pool_.cut(2, pool_.slab(1), 0, 4090, pool_.allocUnsafe());
  pool_.cut(4, pool_.slab(3), 0, 4090, pool_.allocUnsafe());
  EXPECT_EQ(facts().held.verdict, Verdict::kDoesNotHold);
}

TEST_F(Facts, TellThreadsApart) {
  pool_.cut(2, pool_.slab(1), 0, 8, pool_.allocUnsafe(), 0);
  pool_.cut(4, pool_.slab(3), 0, 8, pool_.allocUnsafe(), 1);
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.threads.verdict, Verdict::kHolds);
  EXPECT_EQ(facts.threads.isolates.size(), 2U);
  EXPECT_EQ(facts.cost.all.slabs, 0U);  // neither pool has left its slab
}

TEST_F(Facts, FindASlabThatTwoThreadsCutFrom) {
  const StoreId slab = pool_.slab(1);
  pool_.cut(2, slab, 0, 8, pool_.allocUnsafe(), 0);
  pool_.cut(3, slab, 8, 8, pool_.allocUnsafe(), 1);
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.threads.verdict, Verdict::kInPart);
  EXPECT_EQ(facts.threads.mixed, 1U);
  ASSERT_TRUE(facts.threads.exception);
}

TEST_F(Facts, TellSlabsThatGoBackWhole) {
  const StoreId slab = pool_.slab(1);
  pool_.die(3, pool_.cut(2, slab, 0, 8, pool_.allocUnsafe()));
  pool_.free(4, slab);
  EXPECT_EQ(facts().whole.verdict, Verdict::kHolds);
}

TEST_F(Facts, FindASlabThatIsFreedUnderASlice) {
  const StoreId slab = pool_.slab(1);
  pool_.cut(2, slab, 0, 8, pool_.allocUnsafe());
  pool_.free(4, slab);
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.whole.verdict, Verdict::kDoesNotHold);
  EXPECT_EQ(facts.whole.freed_in_use, 1U);
}

TEST_F(Facts, FindASlabThatShrinks) {
  const StoreId slab = pool_.slab(1);
  pool_.add(recording::StoreResize{.t = 2, .store = slab, .size = 4096});
  pool_.free(4, slab);
  const PoolFacts facts = this->facts();
  EXPECT_EQ(facts.whole.verdict, Verdict::kInPart);
  EXPECT_EQ(facts.whole.shrunk, 1U);
}

PoolFacts oneSlab(const Header& header) {
  const TemporaryFile file;
  PoolMaker pool(file.path(), 8192, header);
  const StoreId slab = pool.slab(1);
  if (header.slices) {
    pool.cut(2, slab, 0, 8, header.stack_depth == 0 ? recording::StackId{} : pool.allocUnsafe());
    pool.cut(3, slab, 8, 8, header.stack_depth == 0 ? recording::StackId{} : pool.allocUnsafe());
  }
  pool.finish();
  const Result<Scan> scanned = scan(file.path());
  return *poolFacts(*scanned);
}

TEST(FactsWithout, SlicesAreNotToldOfThem) {
  Header header = tests::Maker::defaultHeader();
  header.slices = false;
  const PoolFacts facts = oneSlab(header);
  for (const Finding& finding :
       {Finding(facts.threshold), Finding(facts.placement), Finding(facts.reuse), Finding(facts.sharing),
        Finding(facts.cost), Finding(facts.held), Finding(facts.threads)}) {
    EXPECT_EQ(finding.verdict, Verdict::kCannotTell);
    EXPECT_EQ(finding.lacking, Lacking::kSlices);
  }
  EXPECT_EQ(facts.size.verdict, Verdict::kHolds);
}

TEST(FactsWithout, StacksAreToldByPlaceAlone) {
  Header header = tests::Maker::defaultHeader();
  header.stack_depth = 0;
  const PoolFacts facts = oneSlab(header);
  EXPECT_EQ(facts.alloc.lacking, Lacking::kStacks);
  EXPECT_EQ(facts.threshold.lacking, Lacking::kStacks);
  EXPECT_EQ(facts.placement.verdict, Verdict::kDoesNotHold);
  EXPECT_EQ(facts.sharing.verdict, Verdict::kHolds);
}

TEST(FactsWithout, LivenessAreNotToldOfDeaths) {
  Header header = tests::Maker::defaultHeader();
  header.liveness = false;
  const PoolFacts facts = oneSlab(header);
  EXPECT_EQ(facts.reuse.lacking, Lacking::kLiveness);
  EXPECT_EQ(facts.held.lacking, Lacking::kLiveness);
  EXPECT_EQ(facts.placement.verdict, Verdict::kDoesNotHold);
}

TEST_F(Facts, NameACapabilityThatIsMissing) {
  pool_.maker().writer().addCapability({"slices", false, "no agent"});
  EXPECT_EQ(facts().placement.lacking, Lacking::kSlices);
}

}  // namespace
}  // namespace slabscope::analysis
