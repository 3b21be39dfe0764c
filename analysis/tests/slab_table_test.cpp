// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slab_table.h"

#include <gtest/gtest.h>

#include <limits>

#include "made_up.h"
#include "slow_model.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StackId;
using recording::StoreKind;
using tests::Maker;
using tests::TemporaryFile;

std::vector<SlabRow> rowsAt(const std::string& path, const Instant& at) {
  const Result<Scan> found = scan(path);
  EXPECT_TRUE(found) << found.error().message;
  const Result<std::vector<SlabRow>> rows = slabTable(*found, at);
  EXPECT_TRUE(rows);
  return *rows;
}

constexpr Instant kLast{std::numeric_limits<uint64_t>::max()};

uint64_t sumOf(const SlabRow& row) {
  return row.live + row.dead + row.padding + row.startup + row.unseen + row.tail + row.free;
}

TEST(SlabTable, SaysOfEveryByteWhatBecameOfIt) {
  const TemporaryFile file;
  Maker maker(file.path());
  const StackId mine = maker.stack("mine", "/a.js", 1, 1);
  const StackId other = maker.stack("other", "/b.js", 1, 1);
  const auto slab = maker.alloc(10, 1024, StoreKind::kPool, mine);
  maker.slice(11, slab, 104, 10, mine);
  const auto dead = maker.slice(12, slab, 120, 20, mine);
  const auto parent = maker.slice(13, slab, 144, 40, mine);
  maker.slice(14, slab, 150, 8, other, parent);
  maker.slice(15, slab, 300, 4, other);
  maker.add(recording::SliceFree{16, dead, false});
  maker.add(recording::SliceFree{17, parent, false});
  maker.finish();

  const std::vector<SlabRow> rows = rowsAt(file.path(), kLast);
  ASSERT_EQ(rows.size(), 1U);
  const SlabRow& row = rows.front();
  EXPECT_EQ(row.live, 10U + 8U + 4U);
  EXPECT_EQ(row.dead, 20U + 32U);
  EXPECT_EQ(row.startup, 104U);
  EXPECT_EQ(row.padding, 6U + 4U);
  EXPECT_EQ(row.unseen, 300U - 184U);
  EXPECT_EQ(row.free, 1024U - 304U);
  EXPECT_EQ(row.tail, 0U);
  EXPECT_EQ(row.cuts, 4U);
  EXPECT_EQ(row.slices, 3U);
  ASSERT_EQ(row.holders.size(), 2U);
  EXPECT_EQ(row.holders[0].live, 12U);
  EXPECT_EQ(row.holders[0].share + row.holders[1].share, 1024U);
}

TEST(SlabTable, WhatIsBehindTheLastCutIsATailOnceAYoungerSlabIsThere) {
  const TemporaryFile file;
  Maker maker(file.path());
  const auto first = maker.alloc(10, 1024, StoreKind::kPool);
  maker.slice(11, first, 0, 100);
  const auto second = maker.alloc(20, 1024, StoreKind::kPool);
  maker.slice(21, second, 0, 1000);
  maker.add(recording::StoreFree{30, first, false});
  maker.finish();

  EXPECT_EQ(rowsAt(file.path(), {.t = 15}).front().free, 924U);
  const std::vector<SlabRow> rows = rowsAt(file.path(), {.t = 25});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].tail, 924U);
  EXPECT_EQ(rows[0].died, 30U);
  EXPECT_EQ(rows[1].free, 24U);
  EXPECT_EQ(rows[1].died, std::nullopt);
  EXPECT_EQ(rowsAt(file.path(), {.t = 35}).size(), 1U);
}

TEST(SlabTable, NobodyIsKnownToHoldASlabWithoutALiveSlice) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.alloc(10, 8192, StoreKind::kPool);
  maker.finish();
  const SlabRow row = rowsAt(file.path(), kLast).front();
  EXPECT_TRUE(row.holders.empty());
  EXPECT_EQ(row.free, 8192U);
}

class RandomSlabs : public ::testing::TestWithParam<uint32_t> {};

TEST_P(RandomSlabs, AddUpToTheFiguresOfTheSlowModel) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 1500);
  const Result<Scan> found = scan(file.path());
  ASSERT_TRUE(found);
  for (size_t count = 0; count <= maker.events().size(); count += 97) {
    const Result<std::vector<SlabRow>> rows =
        slabTable(*found, {std::numeric_limits<uint64_t>::max(), count});
    ASSERT_TRUE(rows);
    tests::SlowModel model(maker.events(), count, found->definitions);
    std::map<StoreKind, tests::SlowSlabs> sums;
    for (const SlabRow& row : *rows) {
      EXPECT_EQ(sumOf(row), row.size) << row.store.value << " after " << count;
      tests::SlowSlabs& sum = sums[row.kind];
      ++sum.slabs;
      sum.bytes += row.size;
      sum.live_bytes += row.live;
      sum.slices += row.slices;
      uint64_t shares = 0;
      for (const SlabHolder& holder : row.holders) shares += holder.share;
      EXPECT_EQ(shares, row.holders.empty() ? 0 : row.size);
    }
    for (const StoreKind kind : {StoreKind::kPool, StoreKind::kNativePool}) {
      EXPECT_EQ(sums[kind].slabs, model.slabs[kind].slabs);
      EXPECT_EQ(sums[kind].bytes, model.slabs[kind].bytes);
      EXPECT_EQ(sums[kind].live_bytes, model.slabs[kind].live_bytes);
      EXPECT_EQ(sums[kind].slices, model.slabs[kind].slices);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSlabs, ::testing::Values(5U, 6U, 7U));

}  // namespace
}  // namespace slabscope::analysis
