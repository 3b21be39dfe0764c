// SPDX-License-Identifier: Apache-2.0
#include "cut_sum.h"

#include <gtest/gtest.h>

#include <random>

#include "cuts.h"

namespace slabscope::analysis {
namespace {

TEST(CutSum, IsThatOfTheRangesWhereItIsSure) {
  constexpr uint64_t kSize = 20'000;
  size_t sure = 0;
  size_t unsure = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](uint64_t limit) {
      return std::uniform_int_distribution<uint64_t>(0, limit - 1)(random);
    };
    CutSum sum;
    Cuts cuts;
    while (sum.end() < kSize) {
      const bool is_late = below(60) == 0;
      const uint64_t offset = is_late ? below(sum.end() + 1) : sum.end() + below(3) * below(9);
      const uint64_t length = below(1'000);
      sum.add(offset, length, 7);
      cuts.add(offset, length);
      std::vector<RangeOfBytes> ranges;
      cuts.appendTo(ranges);
      ASSERT_EQ(sum.end(), cuts.end());
      if (sum.isSure(sum.end(), true)) {
        ASSERT_EQ(sum.end() - sum.gaps(), unionOf(ranges)) << "seed " << seed;
        ++sure;
        const uint64_t begin = below(sum.end() + 1);
        const uint64_t end = begin + below(sum.end() + 10 - begin);
        if (sum.isCut(begin, end)) {
          const uint64_t before = unionOf(ranges);
          ranges.push_back({begin, end});
          EXPECT_EQ(unionOf(ranges), before) << begin << " to " << end << ", seed " << seed;
        }
      } else {
        ++unsure;
      }
    }
  }
  EXPECT_GT(sure, 100U);
  EXPECT_GT(unsure, 100U);
}

TEST(CutSum, IsNotSureOfASlabThatHasShrunkNorOfStrangeViews) {
  CutSum sum;
  sum.add(0, 100, 1);
  EXPECT_TRUE(sum.isSure(100, true));
  EXPECT_FALSE(sum.isSure(99, false));
  sum.addStrangeView();
  EXPECT_TRUE(sum.isSure(100, false));
  EXPECT_FALSE(sum.isSure(100, true));
}

}  // namespace
}  // namespace slabscope::analysis
