// SPDX-License-Identifier: Apache-2.0
#include "slabscope/wire/ring_claim.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "test_mapping.h"

namespace slabscope::wire {
namespace {

class RingClaim : public ::testing::Test {
 protected:
  uint32_t claim() { return claimRing(mapping_.get()); }
  uint32_t used() { return ringsUsed(mapping_.get()); }
  void giveBack(uint32_t ring) { mapping_.ring(ring).state = static_cast<uint32_t>(RingState::kFree); }

  TestMapping mapping_;
};

TEST_F(RingClaim, TakesTheFirstFreeRing) {
  EXPECT_EQ(used(), 0U);
  EXPECT_EQ(claim(), 0U);
  EXPECT_EQ(claim(), 1U);
  EXPECT_EQ(used(), 2U);
}

TEST_F(RingClaim, OfARingThatWasGivenBackKeepsThatItWasUsed) {
  claim();
  claim();
  giveBack(0);
  EXPECT_EQ(claim(), 0U);
  EXPECT_EQ(used(), 2U);
}

TEST_F(RingClaim, LeavesAloneARingThatIsNotYetEmptied) {
  claim();
  mapping_.ring(0).state = static_cast<uint32_t>(RingState::kReleased);
  EXPECT_EQ(claim(), 1U);
}

TEST_F(RingClaim, HasNoneLeftWhenAllAreTaken) {
  for (uint32_t ring = 0; ring < kRingCount; ++ring) ASSERT_EQ(claim(), ring);
  EXPECT_EQ(claim(), kRingCount);
  EXPECT_EQ(used(), kRingCount);
}

TEST_F(RingClaim, DoesNotBelieveInMoreRingsThanThereAre) {
  mapping_.header().rings_used = kRingCount + 1;
  EXPECT_EQ(used(), kRingCount);
}

TEST_F(RingClaim, GivesEachOfManyThreadsItsOwnAndCountsThemAll) {
  constexpr uint32_t kThreads = 8;
  constexpr uint32_t kEach = 16;
  std::vector<std::vector<uint32_t>> claimed(kThreads);
  std::vector<std::thread> threads;
  for (std::vector<uint32_t>& mine : claimed) {
    threads.emplace_back([&] {
      for (uint32_t ring = 0; ring < kEach; ++ring) {
        mine.push_back(claim());
        EXPECT_GT(used(), mine.back()) << "whoever has a ring can be seen to use it";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<uint32_t> all;
  for (const std::vector<uint32_t>& mine : claimed) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), kThreads * kEach);
  EXPECT_EQ(used(), *all.rbegin() + 1);
}

}  // namespace
}  // namespace slabscope::wire
