// SPDX-License-Identifier: Apache-2.0
#include "slice_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace slabscope::preload {
namespace {

class Slices : public ::testing::Test {
 protected:
  using Collection = SliceTable::Collection;

  ~Slices() override { table_.release(); }

  SliceEntry* add(uint64_t id, uintptr_t* slot) {
    SliceEntry* entry = table_.insert(id);
    if (entry != nullptr) entry->handle = slot;
    return entry;
  }

  /// The ids that are told to be dead, in their order.
  std::vector<uint64_t> dead(Collection collection = Collection::kFull) {
    std::vector<uint64_t> ids;
    table_.removeDead(collection, [&](uint64_t id) { ids.push_back(id); });
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  SliceTable table_{};
};

TEST_F(Slices, AreFoundByTheirNumberAndTheirObject) {
  uintptr_t object = 0x1001;
  const SliceEntry* entry = add(7, &object);
  ASSERT_NE(entry, nullptr);
  const uint32_t number = SliceTable::numberOf(entry);
  EXPECT_NE(number, 0U);
  EXPECT_EQ(table_.find(number, 0x1001), 7U);
  EXPECT_EQ(table_.find(number, 0x2001), 0U) << "the mark of another object";
  EXPECT_EQ(table_.find(number + 1, 0x1001), 0U) << "a number of none";
  EXPECT_EQ(table_.find(0, 0x1001), 0U);
  EXPECT_EQ(table_.find(uint64_t{1} << 40, 0x1001), 0U);
}

TEST_F(Slices, AreFoundWhereTheCollectorHasMovedThem) {
  uintptr_t object = 0x1001;
  const uint32_t number = SliceTable::numberOf(add(7, &object));
  object = 0x5001;
  EXPECT_EQ(table_.find(number, 0x5001), 7U);
}

TEST_F(Slices, AreNoneOnceTheirHandleIsCleared) {
  uintptr_t object = 0x1001;
  SliceEntry* entry = add(7, &object);
  const uint32_t number = SliceTable::numberOf(entry);
  entry->handle = nullptr;
  EXPECT_EQ(table_.find(number, 0x1001), 0U);
  EXPECT_EQ(dead(), std::vector<uint64_t>{7});
  EXPECT_EQ(table_.find(number, 0x1001), 0U);
  EXPECT_EQ(dead(), std::vector<uint64_t>{}) << "a death is told once";
}

TEST_F(Slices, HaveNumbersOfTheirOwn) {
  std::vector<uintptr_t> objects(20'000);
  std::set<uint32_t> numbers;
  for (size_t i = 0; i < objects.size(); ++i) {
    objects[i] = 16 * i + 1;
    SliceEntry* entry = add(i + 1, &objects[i]);
    ASSERT_NE(entry, nullptr);
    numbers.insert(SliceTable::numberOf(entry));
    EXPECT_EQ(table_.find(SliceTable::numberOf(entry), objects[i]), i + 1);
  }
  EXPECT_EQ(numbers.size(), objects.size());
  EXPECT_EQ(numbers.count(0), 0U);
}

TEST_F(Slices, LeaveTheirNumbersToOthers) {
  uintptr_t object = 0x1001;
  SliceEntry* entry = add(1, &object);
  const uint32_t number = SliceTable::numberOf(entry);
  for (uint64_t id = 2; id < 10'000; ++id) {
    entry->handle = nullptr;
    ASSERT_EQ(dead().size(), 1U);
    entry = add(id, &object);
    ASSERT_EQ(SliceTable::numberOf(entry), number) << "no memory is taken for what is dead";
    ASSERT_EQ(table_.find(number, object), id);
  }
}

TEST_F(Slices, AreToldDeadByAnyCollectionWhileTheyMayBeYoung) {
  std::vector<uintptr_t> objects(3 * 4096, 0x1001);
  std::vector<SliceEntry*> entries;
  for (size_t i = 0; i < objects.size(); ++i) entries.push_back(add(i + 1, &objects[i]));
  for (size_t i = 0; i < objects.size(); i += 7) {
    entries[i]->handle = nullptr;
    ASSERT_EQ(dead(Collection::kScavenge), std::vector<uint64_t>{i + 1});
    for (uintptr_t& object : objects) object += 16;
  }
}

TEST_F(Slices, ThatNoScavengeMovesAnyMoreAreLookedAtByFullCollectionsOnly) {
  std::vector<uintptr_t> objects(100, 0x1001);
  SliceEntry* entry = nullptr;
  for (size_t i = 0; i < objects.size(); ++i) entry = add(i + 1, &objects[i]);
  EXPECT_EQ(dead(Collection::kScavenge), std::vector<uint64_t>{}) << "born since the scavenge before";
  EXPECT_EQ(dead(Collection::kScavenge), std::vector<uint64_t>{}) << "their places are noted";
  for (uintptr_t& object : objects) object += 64;
  EXPECT_EQ(dead(Collection::kScavenge), std::vector<uint64_t>{}) << "they have moved";
  EXPECT_EQ(dead(Collection::kScavenge), std::vector<uint64_t>{}) << "they have stayed";
  entry->handle = nullptr;
  EXPECT_EQ(dead(Collection::kScavenge), std::vector<uint64_t>{});
  EXPECT_EQ(dead(Collection::kFull), std::vector<uint64_t>{objects.size()});
}

TEST_F(Slices, AreLookedAtByScavengesAgainWhereOneIsBornAmongThem) {
  uintptr_t object = 0x1001;
  add(1, &object);
  for (int scavenge = 0; scavenge < 3; ++scavenge) EXPECT_EQ(dead(Collection::kScavenge).size(), 0U);
  add(2, &object)->handle = nullptr;
  EXPECT_EQ(dead(Collection::kScavenge), std::vector<uint64_t>{2});
}

TEST_F(Slices, CanBeFetchedBeforeAScavengeWhateverBecameOfThem) {
  table_.fetchYoung();
  uintptr_t nowhere = 0x1001;
  add(1, &nowhere);
  add(2, &nowhere)->handle = nullptr;
  table_.fetchYoung();
  for (uint64_t id = 3; id < 20'000; ++id) add(id, &nowhere);
  table_.fetchYoung();
  EXPECT_EQ(dead(), std::vector<uint64_t>{2});
}

}  // namespace
}  // namespace slabscope::preload
