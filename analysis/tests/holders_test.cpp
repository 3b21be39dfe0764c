// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/holders.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {
namespace {

TEST(ShareOut, GivesTheLargestRemaindersTheBytesThatAreLeft) {
  EXPECT_EQ(shareOut(10, {1, 1, 1}), (std::vector<uint64_t>{4, 3, 3}));
  EXPECT_EQ(shareOut(10, {1, 2}), (std::vector<uint64_t>{3, 7}));
  EXPECT_EQ(shareOut(8192, {10, 30}), (std::vector<uint64_t>{2048, 6144}));
  EXPECT_EQ(shareOut(100, {0, 5}), (std::vector<uint64_t>{0, 100}));
  EXPECT_EQ(shareOut(7, {5}), (std::vector<uint64_t>{7}));
}

TEST(ShareOut, IsEvenWhereNothingWeighs) {
  EXPECT_EQ(shareOut(9, {0, 0}), (std::vector<uint64_t>{5, 4}));
  EXPECT_EQ(shareOut(9, {}), (std::vector<uint64_t>{}));
}

TEST(ShareOut, AddsUpEvenWhereProductsDoNotFit64Bits) {
  constexpr uint64_t kHuge = std::numeric_limits<uint64_t>::max();
  const std::vector<uint64_t> shares = shareOut(kHuge, {kHuge / 3, kHuge / 3, kHuge / 3});
  EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), uint64_t{0}), kHuge);
  EXPECT_EQ(shares[0], kHuge / 3);
}

TEST(UnionOf, CountsSharedBytesOnce) {
  std::vector<RangeOfBytes> ranges = {{10, 20}, {0, 5}, {15, 30}, {16, 17}, {30, 31}, {40, 40}};
  EXPECT_EQ(unionOf(ranges), 5U + 21U);
  ranges.clear();
  EXPECT_EQ(unionOf(ranges), 0U);
}

}  // namespace
}  // namespace slabscope::analysis
