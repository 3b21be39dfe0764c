// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/lifetimes.h"

#include <gtest/gtest.h>

#include "made_up.h"
#include "read_whole.h"
#include "slabscope/analysis/replay.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;
using tests::Maker;
using tests::readWhole;
using tests::TemporaryFile;

TEST(Lifetimes, HaveSlabsAloneWithTheirSlicesInOrder) {
  const TemporaryFile file;
  Maker maker(file.path());
  const auto first = maker.alloc(10, 1024, StoreKind::kPool);
  const auto other = maker.alloc(11, 64, StoreKind::kArrayBuffer);
  const auto second = maker.alloc(12, 2048, StoreKind::kArrayBuffer);  // found out to be a slab later
  const auto a = maker.slice(13, second, 0, 8);
  const auto b = maker.slice(14, first, 16, 8);
  maker.slice(15, other, 0, 8);
  const auto c = maker.slice(16, first, 24, 4, {}, b);
  maker.add(recording::StoreKindKnown{17, second, StoreKind::kPool});
  maker.add(recording::SliceFree{18, b, false});
  maker.add(recording::StoreFree{20, second, false});
  maker.finish();

  const Lifetimes lives = readWhole(file.path()).lives;
  ASSERT_EQ(lives.slabs.size(), 2U);
  const SlabLife* slab = lives.find(first);
  ASSERT_NE(slab, nullptr);
  EXPECT_FALSE(slab->life.hasDied());
  ASSERT_EQ(slab->slices, 2U);
  EXPECT_EQ(lives.begin(*slab)[0].slice, b);
  EXPECT_EQ(lives.begin(*slab)[0].life.died, 18U);
  EXPECT_EQ(lives.begin(*slab)[1].slice, c);
  EXPECT_TRUE(lives.begin(*slab)[1].view);
  EXPECT_FALSE(lives.begin(*slab)[1].life.hasDied());

  slab = lives.find(second);
  ASSERT_NE(slab, nullptr);
  EXPECT_EQ(slab->life.died, 20U);
  ASSERT_EQ(slab->slices, 1U);
  EXPECT_EQ(lives.begin(*slab)[0].slice, a);
  EXPECT_EQ(lives.begin(*slab)[0].life.died, 20U) << "a slice ends with its slab";
  EXPECT_EQ(lives.find(other), nullptr);
}

TEST(Lifetimes, AgreeWithTheLiveSetAtAnyInstant) {
  for (uint32_t seed = 1; seed <= 8; ++seed) {
    const TemporaryFile file;
    Maker maker(file.path());
    tests::makeUpRandom(maker, seed, 3000);
    const tests::WholeRecording all = readWhole(file.path());
    std::vector<Instant> instants;
    for (uint64_t t = 0; t <= all.scan.duration; t += all.scan.duration / 9 + 1) instants.push_back({t});
    instants.push_back(all.scan.peak);
    instants.push_back(all.scan.end);
    const auto compare = [&](size_t index, const LiveSet& live) {
      uint64_t slabs = 0;
      uint64_t slices = 0;
      live.stores().forEach([&](recording::StoreId, const LiveStore& store) {
        if (isSlab(store.kind)) ++slabs;
      });
      live.forEachSlice([&](recording::SliceId, const LiveSlice& slice) {
        if (isSlab(live.stores().find(slice.store)->kind)) ++slices;
      });
      uint64_t slabs_here = 0;
      uint64_t slices_here = 0;
      for (const SlabLife& slab : all.lives.slabs) slabs_here += slab.life.aliveAt(instants[index]) ? 1 : 0;
      for (const SliceLife& slice : all.lives.slices)
        slices_here += slice.life.aliveAt(instants[index]) ? 1 : 0;
      EXPECT_EQ(slabs_here, slabs) << "seed " << seed << " instant " << index;
      EXPECT_EQ(slices_here, slices) << "seed " << seed << " instant " << index;
    };
    ASSERT_TRUE(replay(all.scan, instants, compare));
  }
}

}  // namespace
}  // namespace slabscope::analysis
