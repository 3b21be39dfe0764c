// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slab_usage.h"

#include <gtest/gtest.h>

#include <cmath>

#include "made_up.h"
#include "read_whole.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/analysis/slabs.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;
using tests::Maker;
using tests::readWhole;
using tests::TemporaryFile;
using tests::WholeRecording;

uint64_t at(const SlabUsage& usage, ByteState state, recording::Nanoseconds t) {
  return static_cast<uint64_t>(std::llround(usage.of(state).over(t, t + 1)));
}

TEST(SlabUsage, FollowsTheBytesFromStateToState) {
  const TemporaryFile file;
  Maker maker(file.path());
  const auto slab = maker.alloc(10, 1024, StoreKind::kPool);
  const auto first = maker.slice(20, slab, 0, 100);
  maker.slice(30, slab, 104, 96);
  maker.add(recording::SliceFree{40, first, false});
  maker.alloc(50, 2048, StoreKind::kPool);
  maker.add(recording::StoreFree{60, slab, false});
  maker.finish();
  const WholeRecording all = readWhole(file.path());
  const SlabUsage usage = slabUsage(all.lives, {0, 100});
  EXPECT_EQ(at(usage, ByteState::kFree, 9), 0U);
  EXPECT_EQ(at(usage, ByteState::kFree, 19), 1024U);
  EXPECT_EQ(at(usage, ByteState::kLive, 29), 100U);
  EXPECT_EQ(at(usage, ByteState::kPadding, 29), 0U);
  EXPECT_EQ(at(usage, ByteState::kPadding, 39), 4U);
  EXPECT_EQ(at(usage, ByteState::kDead, 49), 100U);
  EXPECT_EQ(at(usage, ByteState::kLive, 49), 96U);
  EXPECT_EQ(at(usage, ByteState::kTail, 49), 0U);
  EXPECT_EQ(at(usage, ByteState::kTail, 59), 824U) << "the pool has gone on";
  EXPECT_EQ(at(usage, ByteState::kFree, 59), 2048U);
  EXPECT_EQ(at(usage, ByteState::kLive, 69), 0U) << "with its slab";
  EXPECT_EQ(at(usage, ByteState::kTail, 69), 0U);
}

TEST(SlabUsage, IsAtEveryInstantThatOfTheLayouts) {
  for (uint32_t seed = 1; seed <= 8; ++seed) {
    const TemporaryFile file;
    Maker maker(file.path());
    tests::makeUpRandom(maker, seed, 2500);
    const WholeRecording all = readWhole(file.path());
    for (uint64_t i = 1; i <= 40; ++i) {
      const recording::Nanoseconds t = all.scan.duration * i / 40;
      const SlabUsage usage = slabUsage(all.lives, {t, t + 1});
      std::array<uint64_t, kByteStates> expected{};
      for (const SlabLife& slab : all.lives.slabs) {
        for (const ByteRun& run : slabLayout(all.lives, slab, {t}))
          expected.at(static_cast<size_t>(run.state)) += run.bytes();
      }
      for (size_t state = 0; state < kByteStates; ++state)
        EXPECT_EQ(at(usage, static_cast<ByteState>(state), t), expected.at(state))
            << "seed " << seed << ", " << t << " ns, state " << state;
    }
  }
}

TEST(SlabUsage, HasTheLiveBytesOfTheSlabTable) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, 4, 2500);
  const WholeRecording all = readWhole(file.path());
  const Result<std::vector<SlabRow>> rows = slabTable(all.scan, {all.scan.end.t});
  ASSERT_TRUE(rows);
  uint64_t live = 0;
  for (const SlabRow& row : *rows) live += row.live;
  const SlabUsage usage = slabUsage(all.lives, {all.scan.end.t, all.scan.end.t + 1});
  EXPECT_EQ(at(usage, ByteState::kLive, all.scan.end.t), live);
}

TEST(SlabUsage, CountsAByteUnderSeveralSlicesOfACallerOnce) {
  const TemporaryFile file;
  Maker maker(file.path());
  const auto keep = maker.stack("keep", "/app/cache.js", 7, 3);
  const auto drop = maker.stack("drop", "/app/parse.js", 9, 5);
  const auto slab = maker.alloc(10, 1024, StoreKind::kPool);
  const auto cut = maker.slice(20, slab, 0, 100, keep);
  const auto view = maker.slice(30, slab, 50, 20, keep, cut);
  maker.slice(30, slab, 104, 8, drop);
  maker.add(recording::SliceFree{40, cut, false});
  maker.add(recording::SliceFree{50, view, false});
  maker.finish();
  const WholeRecording all = readWhole(file.path());
  std::vector<bool> stacks(all.scan.definitions.stackCount() + 1);
  stacks[keep.value] = true;
  const Averages live = liveBytesThrough(all.lives, stacks, {0, 100});
  EXPECT_DOUBLE_EQ(live.over(29, 30), 100);
  EXPECT_DOUBLE_EQ(live.over(39, 40), 100);
  EXPECT_DOUBLE_EQ(live.over(40, 41), 20);
  EXPECT_DOUBLE_EQ(live.over(50, 51), 0);
  stacks[drop.value] = true;
  EXPECT_DOUBLE_EQ(liveBytesThrough(all.lives, stacks, {0, 100}).over(39, 40), 108);
}

// Against a byte-wise count, for one slab at each of its events.
TEST(SlabUsage, TellsLiveBytesInTheOrderOfTheEvents) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, 6, 1500);
  const WholeRecording all = readWhole(file.path());
  for (const SlabLife& slab : all.lives.slabs) {
    uint64_t live = 0;
    uint64_t last = 0;
    forEachLiveChange(all.lives, slab, {}, [&](const UsageChange& change) {
      EXPECT_GE(change.event, last);
      last = change.event;
      live += static_cast<uint64_t>(change.bytes);
      std::vector<RangeOfBytes> ranges;
      for (const SliceLife* slice = all.lives.begin(slab); slice != all.lives.end(slab); ++slice) {
        const bool is_there = slice->life.born_event <= change.event && slice->life.died_event > change.event;
        if (is_there)
          ranges.push_back(
              {std::min(slice->offset, slab.size), std::min(slice->offset + slice->length, slab.size)});
      }
      if (slab.life.died_event > change.event) {
        EXPECT_EQ(live, unionOf(ranges));
      }
    });
  }
}

}  // namespace
}  // namespace slabscope::analysis
