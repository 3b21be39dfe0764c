// SPDX-License-Identifier: Apache-2.0
#include "cuts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace slabscope::analysis {
namespace {

// Byte by byte.
std::vector<bool> bytesUnder(const std::vector<RangeOfBytes>& ranges, size_t size) {
  std::vector<bool> bytes(size);
  for (const RangeOfBytes& range : ranges) {
    for (uint64_t at = range.begin; at < range.end; ++at) bytes.at(at) = true;
  }
  return bytes;
}

TEST(Cuts, AreTheBytesThatWereCutInWhateverOrder) {
  constexpr uint64_t kSize = 70'000;
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](uint64_t limit) {
      return std::uniform_int_distribution<uint64_t>(0, limit - 1)(random);
    };
    Cuts cuts;
    std::vector<RangeOfBytes> told;
    uint64_t end = 0;
    while (cuts.end() < kSize - 2'000) {
      // Upwards with small gaps and large ones, touching ones, late ones and empty ones.
      const uint64_t offset = below(8) == 0 ? below(end + 1) : end + (below(3) == 0 ? below(300) : below(8));
      const uint64_t length = below(10) == 0 ? 0 : below(1'000);
      cuts.add(offset, length);
      told.push_back({offset, offset + length});
      end = std::max(end, offset + length);
      ASSERT_EQ(cuts.end(), end);
    }
    std::vector<RangeOfBytes> found;
    cuts.appendTo(found);
    EXPECT_EQ(bytesUnder(found, kSize), bytesUnder(told, kSize)) << "seed " << seed;
    EXPECT_EQ(unionOf(found), unionOf(told)) << "seed " << seed;
  }
}

TEST(Cuts, AreNoneAtFirst) {
  const Cuts cuts;
  std::vector<RangeOfBytes> found;
  cuts.appendTo(found);
  EXPECT_EQ(cuts.end(), 0U);
  EXPECT_EQ(unionOf(found), 0U);
}

}  // namespace
}  // namespace slabscope::analysis
