// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/id_map.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {
namespace {

using recording::StoreId;

TEST(IdMap, AgreesWithAMapUnderRandomChanges) {
  std::mt19937 random(7);
  IdMap<StoreId, uint64_t> found;
  std::map<StoreId, uint64_t> expected;
  for (uint64_t i = 0; i < 50'000; ++i) {
    // Ids run on while old ones die, and some are touched again.
    const StoreId id{1 + i / 20 + random() % 300};
    if (random() % 5 < 2) {
      found.put(id, i);
      expected[id] = i;
    } else {
      EXPECT_EQ(found.erase(id), expected.erase(id) == 1);
    }
    ASSERT_EQ(found.size(), expected.size());
    const StoreId other{1 + i / 20 + random() % 300};
    const auto there = expected.find(other);
    const uint64_t* value = found.find(other);
    ASSERT_EQ(value != nullptr, there != expected.end());
    if (value != nullptr) {
      ASSERT_EQ(*value, there->second);
    }
  }
  std::map<StoreId, uint64_t> listed;
  found.forEach([&](StoreId id, uint64_t value) { listed[id] = value; });
  EXPECT_EQ(listed, expected);
}

TEST(IdMap, HasNothingUnderZeroAndWhenEmpty) {
  IdMap<StoreId, int> map;
  EXPECT_EQ(map.find({5}), nullptr);
  EXPECT_FALSE(map.erase({5}));
  map.put({5}, 1);
  EXPECT_EQ(map.find({0}), nullptr);
  EXPECT_FALSE(map.erase({0}));
  EXPECT_EQ(map.size(), 1U);
}

}  // namespace
}  // namespace slabscope::analysis
