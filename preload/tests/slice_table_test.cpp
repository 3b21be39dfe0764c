// SPDX-License-Identifier: Apache-2.0
#include "slice_table.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace slabscope::preload {
namespace {

class Slices : public ::testing::Test {
 protected:
  ~Slices() override { table_.release(); }

  IsolateState* owner() { return reinterpret_cast<IsolateState*>(&owner_); }
  SliceEntry* add(uint64_t id, uintptr_t* slot) {
    SliceEntry* entry = table_.insert(owner(), id);
    if (entry != nullptr) entry->handle = slot;
    return entry;
  }

  SliceTable table_{};
  int owner_ = 0;
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

TEST_F(Slices, AreNoneOnceTheyAreRemoved) {
  uintptr_t object = 0x1001;
  SliceEntry* entry = add(7, &object);
  const uint32_t number = SliceTable::numberOf(entry);
  table_.remove(entry);
  EXPECT_EQ(table_.find(number, 0x1001), 0U);
}

TEST_F(Slices, HaveNumbersOfTheirOwnAndKnowTheirOwner) {
  std::vector<uintptr_t> objects(20'000);
  std::set<uint32_t> numbers;
  for (size_t i = 0; i < objects.size(); ++i) {
    objects[i] = 16 * i + 1;
    SliceEntry* entry = add(i + 1, &objects[i]);
    ASSERT_NE(entry, nullptr);
    EXPECT_EQ(SliceTable::ownerOf(entry), owner());
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
  for (uint64_t id = 2; id < 100'000; ++id) {
    table_.remove(entry);
    entry = add(id, &object);
    ASSERT_EQ(SliceTable::numberOf(entry), number) << "no memory is taken for what is dead";
    ASSERT_EQ(table_.find(number, object), id);
  }
}

}  // namespace
}  // namespace slabscope::preload
