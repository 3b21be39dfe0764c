// SPDX-License-Identifier: Apache-2.0
#include "cfi_rows.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace slabscope::preload {
namespace {

CfiRow usualRow() {
  CfiRow row{};
  row.cfa_register = kRsp;
  row.cfa_offset = 48;
  row.rules[kRbx] = {-24, CfiRule::kAtCfa};
  row.rules[kRbp] = {-16, CfiRule::kAtCfa};
  row.rules[kReturnAddress] = {-8, CfiRule::kAtCfa};
  return row;
}

bool isPlain(const CfiRow& row, uint32_t return_column = kReturnAddress) {
  PlainRow plain;
  return plain.read(row, return_column);
}

TEST(PlainRow, HoldsWhatTheRowSays) {
  PlainRow plain;
  ASSERT_TRUE(plain.read(usualRow(), kReturnAddress));
  EXPECT_EQ(plain.cfa_register, kRsp);
  EXPECT_EQ(plain.cfa_offset, 48);
  const std::vector<int> offsets(std::begin(plain.offsets), std::end(plain.offsets));
  EXPECT_EQ(offsets, (std::vector<int>{-24, -16, 0, 0, 0, 0, -8}));
}

TEST(PlainRow, IsNoneWhereMoreWouldHaveToBeKnown) {
  EXPECT_TRUE(isPlain(usualRow()));
  EXPECT_FALSE(isPlain(usualRow(), 8));
  const auto changed = [](auto change) {
    CfiRow row = usualRow();
    change(row);
    return isPlain(row);
  };
  EXPECT_FALSE(changed([](CfiRow& row) { row.cfa_register = kRegisters; }));
  EXPECT_FALSE(changed([](CfiRow& row) { row.cfa_offset = int64_t{1} << 40; }));
  EXPECT_FALSE(changed([](CfiRow& row) { row.rules[kReturnAddress].kind = CfiRule::kUndefined; }));
  EXPECT_FALSE(changed([](CfiRow& row) { row.rules[kReturnAddress].kind = CfiRule::kSame; }));
  EXPECT_FALSE(changed([](CfiRow& row) { row.rules[kRbx].kind = CfiRule::kOther; }));
  EXPECT_FALSE(changed([](CfiRow& row) { row.rules[kRbx].kind = CfiRule::kIsCfa; }));
  EXPECT_FALSE(changed([](CfiRow& row) { row.rules[kRbx].offset = 1 << 20; }));
  EXPECT_FALSE(changed([](CfiRow& row) { row.rules[kRbx].offset = 0; }));
  EXPECT_FALSE(changed([](CfiRow& row) { row.rules[kRsp] = {-32, CfiRule::kAtCfa}; }));
  EXPECT_FALSE(changed([](CfiRow& row) { row.rules[10] = {-32, CfiRule::kAtCfa}; }));
}

PlainRow rowOf(uint64_t key) {
  PlainRow row{};
  row.cfa_offset = static_cast<int32_t>(key % 1000 * 8);
  row.cfa_register = kRbp;
  for (int16_t& offset : row.offsets) offset = static_cast<int16_t>(-static_cast<int>(key % 4000) - 8);
  return row;
}

bool same(const PlainRow& left, const PlainRow& right) {
  return left.cfa_offset == right.cfa_offset && left.cfa_register == right.cfa_register &&
         std::equal(std::begin(left.offsets), std::end(left.offsets), std::begin(right.offsets));
}

TEST(CfiRows, AreFoundByTheirKey) {
  auto rows = std::make_unique<CfiRows>();
  PlainRow found;
  for (uint64_t key = 1; key <= 3000; ++key) rows->keep(key, rowOf(key));
  for (uint64_t key = 1; key <= 3000; ++key) {
    ASSERT_TRUE(rows->find(key, found)) << key;
    ASSERT_TRUE(same(found, rowOf(key))) << key;
  }
  EXPECT_FALSE(rows->find(3001, found));
}

TEST(CfiRows, AtOnePlaceDoNotPushEachOtherOutUnlessTheyAreMany) {
  constexpr uint64_t kOther = 1 << 20;
  constexpr uint64_t kRows = 4;
  auto rows = std::make_unique<CfiRows>();
  const auto found = [&] {
    uint64_t count = 0;
    PlainRow row;
    for (uint64_t number = 0; number <= kRows; ++number) {
      const uint64_t key = 7 + number * kOther;
      if (rows->find(key, row) && same(row, rowOf(key))) ++count;
    }
    return count;
  };
  for (uint64_t number = 0; number < kRows; ++number)
    rows->keep(7 + number * kOther, rowOf(7 + number * kOther));
  EXPECT_EQ(found(), kRows);
  rows->keep(7 + kRows * kOther, rowOf(7 + kRows * kOther));
  EXPECT_EQ(found(), kRows) << "one went, and one came";
}

TEST(CfiRows, ReadWhileTheyAreWrittenAreWholeOrNone) {
  auto rows = std::make_unique<CfiRows>();
  std::atomic<uint32_t> wrong = 0;
  std::atomic<uint32_t> found_some = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (uint64_t round = 0; round < 100'000; ++round) {
        // All of these share one place.
        const uint64_t key = 5 + ((round * 7 + thread * 3) % 11) * 4096;
        PlainRow found;
        if (!rows->find(key, found)) {
          rows->keep(key, rowOf(key));
          // Threads that have the machine one after the other find nothing but what they have just kept.
          if (!rows->find(key, found)) continue;
        }
        ++found_some;
        if (!same(found, rowOf(key))) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
  EXPECT_GT(found_some, 0U);
}

}  // namespace
}  // namespace slabscope::preload
