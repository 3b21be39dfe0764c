// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/live_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {
namespace {

using recording::StoreId;

using Table = LiveTable<StoreId, uint64_t>;
using Map = std::map<StoreId, uint64_t>;

void expectSame(const Table& found, const Map& expected) {
  Map listed;
  found.forEach([&](StoreId id, uint64_t value) { listed[id] = value; });
  EXPECT_EQ(listed, expected);
  EXPECT_EQ(found.size(), expected.size());
}

// Touches an id: it is born, dies or is asked for.
template <class Random>
void step(Random& random, StoreId id, uint64_t value, Table& table, Map& map) {
  switch (random() % 4) {
    case 0:
      table.put(id, value);
      map[id] = value;
      break;
    case 1:
      ASSERT_EQ(table.erase(id), map.erase(id) == 1);
      break;
    default: {
      const auto there = map.find(id);
      const uint64_t* found = table.find(id);
      ASSERT_EQ(found != nullptr, there != map.end());
      if (found != nullptr) {
        ASSERT_EQ(*found, there->second);
      }
    }
  }
  ASSERT_EQ(table.size(), map.size());
}

TEST(LiveTable, agrees_with_a_map_whatever_age_its_ids_reach) {
  // How far ids run on with each step, and how far back they are touched: within what is young, across its
  // border, and far beyond it.
  for (const uint64_t pace : {1U, 40U, 5'000U, 400'000U}) {
    std::mt19937 random(7);
    Table table;
    Map map;
    for (uint64_t i = 1; i < 12'000; ++i) {
      const uint64_t newest = i * pace;
      const uint64_t back = random() % std::min<uint64_t>(newest, 2'000 * pace);
      ASSERT_NO_FATAL_FAILURE(step(random, {newest - back / pace * pace}, i, table, map))
          << pace << ", " << i;
    }
    EXPECT_GT(map.size(), 100U);
    expectSame(table, map);
  }
}

TEST(LiveTable, agrees_with_a_map_when_few_of_many_live_long) {
  std::mt19937 random(8);
  Table table;
  Map map;
  for (uint64_t id = 1; id < 120'000; ++id) {
    table.put({id}, id * 3);
    map[{id}] = id * 3;
    // The young die, some of the old too.
    const StoreId young{id - random() % std::min<uint64_t>(id, 30'000)};
    const StoreId old{1 + random() % id};
    ASSERT_EQ(table.erase(young), map.erase(young) == 1);
    if (random() % 8 == 0) {
      ASSERT_EQ(table.erase(old), map.erase(old) == 1);
    }
  }
  for (uint64_t id = 0; id < 120'100; id += 7) {
    ASSERT_EQ(table.find({id}) != nullptr, map.contains({id})) << id;
  }
  expectSame(table, map);
}

TEST(LiveTable, takes_out_many_at_once_as_one_after_the_other) {
  std::mt19937 random(9);
  Table table;
  Map map;
  for (uint64_t id = 1; id < 60'000; ++id) {
    table.put({id}, id * 5);
    map[{id}] = id * 5;
    if (id % 300 != 0) continue;
    // Some twice, some that are gone, some that never were.
    std::vector<uint64_t> ids;
    for (int i = 0; i < 290; ++i) ids.push_back(random() % 3 == 0 ? 1 + random() % id : id - random() % 300);
    ids.push_back(ids.front());
    ids.push_back(id + 1'000'000);
    std::vector<uint64_t> found;
    std::vector<uint64_t> expected;
    table.takeOutAll(ids.data(), ids.size(), [&](uint64_t value) { found.push_back(value); });
    for (const uint64_t one : ids) {
      if (map.erase({one}) == 1) expected.push_back(one * 5);
    }
    ASSERT_EQ(found, expected);
  }
  expectSame(table, map);
}

TEST(LiveTable, adds_many_at_once_as_one_after_the_other) {
  std::mt19937 random(13);
  Table table;
  Map map;
  for (uint64_t newest = 1; newest < 80'000; newest += 150) {
    // What is new, some of it twice, and some that may have been there before, in chunks that are packed by
    // now.
    std::vector<uint64_t> ids;
    for (uint64_t id = newest; id < newest + 150; ++id) ids.push_back(id);
    for (int i = 0; i < 10; ++i) ids.push_back(1 + random() % newest);
    ids.push_back(newest);
    table.addAll(ids.data(), ids.size(), [&](size_t i, uint64_t& value) { value = ids[i] + newest * i; });
    for (size_t i = 0; i < ids.size(); ++i) map[{ids[i]}] = ids[i] + newest * i;
    ASSERT_EQ(table.size(), map.size());
    for (int i = 0; i < 140; ++i) {
      const StoreId dies{1 + random() % (newest + 150)};
      ASSERT_EQ(table.erase(dies), map.erase(dies) == 1);
    }
  }
  expectSame(table, map);
}

TEST(LiveTable, changes_all_above_an_id_and_no_other) {
  std::mt19937 random(12);
  Table table;
  Map map;
  for (uint64_t id = 1; id < 50'000; ++id) {
    table.put({id}, id);
    map[{id}] = id;
    const StoreId dies{1 + random() % id};
    table.erase(dies);
    map.erase(dies);
  }
  for (const uint64_t above : {49'999U, 45'056U, 45'055U, 20'000U, 0U}) {
    table.changeThoseAbove({above}, [](StoreId id, uint64_t& value) { value += id.value; });
    for (auto one = map.upper_bound({above}); one != map.end(); ++one) one->second += one->first.value;
    expectSame(table, map);
  }
}

TEST(LiveTable, holds_what_comes_out_of_order_and_far_apart) {
  std::mt19937_64 random(10);
  Table table;
  Map map;
  for (int i = 0; i < 3'000; ++i) {
    // Mostly into chunks that have been packed since.
    const StoreId id{1 + random() % 64 * 4096 * 1000 + random() % 4096};
    ASSERT_NO_FATAL_FAILURE(step(random, id, i, table, map));
  }
  EXPECT_GT(map.size(), 500U);
  expectSame(table, map);
}

TEST(LiveTable, has_nothing_under_zero_and_when_empty) {
  Table table;
  EXPECT_EQ(table.find({5}), nullptr);
  EXPECT_EQ(table.find({0}), nullptr);
  EXPECT_FALSE(table.erase({5}));
  table.put({5}, 1);
  EXPECT_EQ(table.find({0}), nullptr);
  EXPECT_FALSE(table.erase({0}));
  EXPECT_EQ(table.size(), 1U);
  table.put({1 << 20}, 2);
  EXPECT_EQ(table.find({0}), nullptr);
  EXPECT_FALSE(table.erase({0}));
  EXPECT_EQ(*table.find({5}), 1U);
}

}  // namespace
}  // namespace slabscope::analysis
