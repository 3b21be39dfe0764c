// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slab_layout.h"

#include <gtest/gtest.h>

#include <array>

#include "made_up.h"
#include "read_whole.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/analysis/slab_usage.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;
using tests::Maker;
using tests::readWhole;
using tests::TemporaryFile;
using tests::WholeRecording;

TEST(SlabLayout, SaysOfEveryRunWhatItIsAndWhoseItIs) {
  const TemporaryFile file;
  Maker maker(file.path());
  const auto slab = maker.alloc(10, 1024, StoreKind::kPool);
  const auto first = maker.slice(11, slab, 104, 10);
  const auto dead = maker.slice(12, slab, 120, 20);
  const auto view = maker.slice(13, slab, 124, 4, {}, dead);
  maker.slice(14, slab, 300, 4);
  maker.add(recording::SliceFree{16, dead, false});
  maker.alloc(20, 1024, StoreKind::kPool);
  maker.finish();

  const WholeRecording all = readWhole(file.path());
  const SlabLife& life = *all.lives.find(slab);
  const std::vector<ByteRun> runs = slabLayout(all.lives, life, {30});
  const std::vector<std::pair<uint64_t, ByteState>> expected = {
      {0, ByteState::kStartup},  {104, ByteState::kLive}, {114, ByteState::kPadding},
      {120, ByteState::kDead},   {124, ByteState::kLive}, {128, ByteState::kDead},
      {140, ByteState::kUnseen}, {300, ByteState::kLive}, {304, ByteState::kTail}};
  ASSERT_EQ(runs.size(), expected.size());
  for (size_t i = 0; i < runs.size(); ++i) {
    EXPECT_EQ(runs[i].begin, expected[i].first) << i;
    EXPECT_EQ(runs[i].state, expected[i].second) << i;
  }
  EXPECT_EQ(runs.back().end, 1024U);
  EXPECT_EQ(runs[1].slice->slice, first);
  EXPECT_EQ(runs[3].slice->slice, dead);
  EXPECT_EQ(runs[4].slice->slice, view);

  EXPECT_EQ(slabLayout(all.lives, life, {15}).back().state, ByteState::kFree);
  EXPECT_TRUE(slabLayout(all.lives, life, {9}).empty()) << "not born yet";
}

TEST(SlabLayout, IsAllUnseenWhereSlicesWereNotRecorded) {
  const TemporaryFile file;
  recording::Header header = Maker::defaultHeader();
  header.slices = false;
  Maker maker(file.path(), header);
  const auto slab = maker.alloc(10, 1024, StoreKind::kPool);
  maker.alloc(20, 1024, StoreKind::kPool);
  maker.finish();
  const WholeRecording all = readWhole(file.path());
  EXPECT_EQ(slabLayout(all.lives, *all.lives.find(slab), {30}),
            (std::vector<ByteRun>{{0, 1024, ByteState::kUnseen, nullptr}}));
  const Result<std::vector<SlabRow>> rows = slabTable(all.scan, {30});
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U);
  for (const SlabRow& row : *rows) {
    EXPECT_EQ(row.unseen, 1024U);
    EXPECT_EQ(row.tail + row.free + row.dead, 0U);
  }
  const SlabUsage usage = slabUsage(all.lives, {0, 40});
  EXPECT_NEAR(usage.of(ByteState::kUnseen).over(30, 31), 2048, 0.5);
  EXPECT_NEAR(usage.of(ByteState::kTail).over(30, 31), 0, 0.5);
}

// The table counts gaps where they are made; a run may have become live since. So gaps are compared in all.
TEST(SlabLayout, AddsUpToTheSlabTable) {
  for (uint32_t seed = 1; seed <= 6; ++seed) {
    const TemporaryFile file;
    Maker maker(file.path());
    tests::makeUpRandom(maker, seed, 2500);
    const WholeRecording all = readWhole(file.path());
    for (const Instant& at : {Instant{all.scan.duration / 3}, all.scan.peak, all.scan.end}) {
      const Result<std::vector<SlabRow>> rows = slabTable(all.scan, at);
      ASSERT_TRUE(rows);
      for (const SlabRow& row : *rows) {
        const SlabLife& slab = *all.lives.find(row.store);
        // A layout is drawn to the largest size that the slab had; these tell of those that kept theirs.
        if (slab.size != row.size || slab.isolate != row.isolate) continue;
        std::array<uint64_t, 7> bytes{};
        for (const ByteRun& run : slabLayout(all.lives, slab, at))
          bytes.at(static_cast<size_t>(run.state)) += run.bytes();
        const auto of = [&](ByteState state) { return bytes.at(static_cast<size_t>(state)); };
        EXPECT_EQ(of(ByteState::kLive), row.live) << "seed " << seed;
        EXPECT_EQ(of(ByteState::kDead), row.dead) << "seed " << seed;
        EXPECT_EQ(of(ByteState::kPadding) + of(ByteState::kStartup) + of(ByteState::kUnseen),
                  row.padding + row.startup + row.unseen)
            << "seed " << seed;
        EXPECT_EQ(of(ByteState::kTail) + of(ByteState::kFree), row.tail + row.free) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace slabscope::analysis
