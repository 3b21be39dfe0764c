// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "byte_map.h"
#include "dead_ranges.h"

namespace slabscope::analysis {
namespace {

TEST(ByteMap, CountsAsAListOfBytesDoes) {
  std::mt19937 random(7);
  constexpr uint64_t kSize = 1000;
  ByteMap map;
  std::vector<bool> slow(kSize);
  for (int i = 0; i < 5000; ++i) {
    const uint64_t begin = random() % kSize;
    const uint64_t end = begin + random() % (kSize - begin + 1);
    const bool set = i % 3 != 0;
    uint64_t expected = 0;
    uint64_t were = 0;
    for (uint64_t at = begin; at < end; ++at) {
      were += slow[at] ? 1 : 0;
      expected += slow[at] != set ? 1 : 0;
      slow[at] = set;
    }
    ASSERT_EQ(map.count({begin, end}), were);
    ASSERT_EQ(set ? map.set({begin, end}) : map.clear({begin, end}), expected);
  }
}

TEST(ByteMap, WatchesNoMoreThanItsLimit) {
  ByteMap map;
  EXPECT_EQ(map.set({ByteMap::kWatched - 1, ~uint64_t{0}}), 1U);
  EXPECT_EQ(map.set({20, 10}), 0U);
  EXPECT_EQ(map.count({0, ~uint64_t{0}}), 1U);
}

TEST(DeadRanges, AreThoseThatNoStoreHasNow) {
  std::mt19937 random(11);
  constexpr uint64_t kSize = 400;
  DeadRanges dead;
  std::vector<uint64_t> slow(kSize);  // the last store that had the byte, or 0
  for (uint64_t id = 1; id < 5000; ++id) {
    const uint64_t begin = random() % kSize;
    const uint64_t end = begin + random() % (kSize - begin + 1);
    if (random() % 2 == 0) {
      dead.add({begin, end}, {{id}, id});
      for (uint64_t at = begin; at < end; ++at) slow[at] = id;
      continue;
    }
    uint64_t bytes = 0;
    uint64_t first = 0;
    for (uint64_t at = begin; at < end; ++at) {
      if (slow[at] != 0 && bytes++ == 0) first = slow[at];
      slow[at] = 0;
    }
    const DeadRanges::Overlap overlap = dead.take({begin, end});
    ASSERT_EQ(overlap.bytes, bytes);
    ASSERT_EQ(overlap.owner.store.value, first);
  }
  EXPECT_TRUE(dead.exact());
}

TEST(DeadRanges, ForgetTheShortestWhenThereAreTooMany) {
  DeadRanges dead;
  dead.add({0, 4096}, {{1}, 1});
  for (uint64_t i = 1; i <= DeadRanges::kMost; ++i) dead.add({i * 8192, i * 8192 + 100}, {{i + 1}, i});
  EXPECT_FALSE(dead.exact());
  EXPECT_EQ(dead.take({8192, 16384}).bytes, 0U);
  EXPECT_EQ(dead.take({0, 8192}).bytes, 4096U);
}

}  // namespace
}  // namespace slabscope::analysis
