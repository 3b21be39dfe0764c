// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/advice.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>

#include "made_up.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::FrameKind;
using recording::GcKind;
using recording::StackId;
using recording::StoreId;
using recording::StoreKind;
using tests::Maker;
using tests::TemporaryFile;

constexpr uint64_t kMs = 1'000'000;

// A recording that grows by what happens in it, a millisecond for each.
class Story {
 public:
  explicit Story(const recording::Header& header = Maker::defaultHeader()) : maker_(file_.path(), header) {
    maker_.writer().addRuntimeInfo({"pool_size", "8192"});
    line = maker_.stack("keep", "/app/cache.js", 41, 7, maker_.stack("main", "/app/app.js", 1, 1));
    node = maker_.stack("onread", "node:net", 3, 3);
  }

  uint64_t now() { return t_ += kMs; }
  StoreId store(uint64_t size, StoreKind kind, StackId stack) {
    return maker_.alloc(now(), size, kind, stack);
  }
  StoreId slab() { return store(8192, StoreKind::kPool, line); }
  void cut(StoreId slab, uint64_t offset, uint64_t length, StackId stack) {
    maker_.slice(now(), slab, offset, length, stack);
  }
  void free(StoreId store) {
    maker_.add(recording::StoreFree{.t = now(), .store = store, .teardown = false});
  }
  void collect(GcKind kind = GcKind::kMarkCompact) {
    maker_.add(recording::Gc{.t = now(), .duration = kMs / 2, .isolate = 0, .kind = kind});
  }
  void lose(uint64_t count) {
    const uint64_t t = now();
    maker_.add(recording::Lost{.t = t, .until = t, .count = count});
  }
  Maker& maker() { return maker_; }

  std::vector<Advice> advice() {
    maker_.finish();
    const Result<Scan> found = scan(file_.path());
    EXPECT_TRUE(found);
    const auto surveyed = survey(*found, {{"end", found->end}});
    EXPECT_TRUE(surveyed);
    return adviseOn(*found, surveyed->instants.front(), surveyed->evidence);
  }
  template <class Kind>
  std::optional<Kind> adviceOf() {
    for (const Advice& one : advice()) {
      if (const auto* found = std::get_if<Kind>(&one)) return *found;
    }
    return std::nullopt;
  }

  StackId line;
  StackId node;

 private:
  TemporaryFile file_;
  Maker maker_;
  uint64_t t_ = 0;
};

// ---- small slices that pin slabs

void pin(Story& story, uint64_t slabs, uint64_t length, StackId stack) {
  for (uint64_t i = 0; i < slabs; ++i) story.cut(story.slab(), 0, length, stack);
}

TEST(SmallSlices, ThatPinSlabsAreNamed) {
  Story story;
  pin(story, 128, 1024, story.line);
  story.collect();
  const auto advice = story.adviceOf<SmallSlicesPinSlabs>();
  ASSERT_TRUE(advice);
  EXPECT_EQ(advice->holder.held, 128U * 8192);
  EXPECT_EQ(advice->holder.live, 128U * 1024);
  EXPECT_EQ(advice->holder.slices, 128U);
}

TEST(SmallSlices, OfLessThanAMebibyteAreNot) {
  Story story;
  pin(story, 127, 1024, story.line);
  story.collect();
  EXPECT_FALSE(story.adviceOf<SmallSlicesPinSlabs>());
}

TEST(SmallSlices, ThatUseAnEighthOfTheirSlabsAreNot) {
  Story story;
  pin(story, 200, 1025, story.line);
  story.collect();
  EXPECT_FALSE(story.adviceOf<SmallSlicesPinSlabs>());
}

TEST(SmallSlices, YoungerThanTheLastFullCollectionAreNot) {
  Story story;
  story.collect();
  pin(story, 500, 10, story.line);
  EXPECT_FALSE(story.adviceOf<SmallSlicesPinSlabs>());
}

TEST(SmallSlices, WithoutAFullCollectionAreNot) {
  Story story;
  pin(story, 500, 10, story.line);
  story.collect(GcKind::kScavenge);
  EXPECT_TRUE(story.advice().empty());
}

TEST(SmallSlices, ThatNodeItselfKeepsAreNot) {
  Story story;
  pin(story, 500, 10, story.node);
  story.collect();
  EXPECT_FALSE(story.adviceOf<SmallSlicesPinSlabs>());
}

TEST(SmallSlices, OfARecordingWithLossesAreNot) {
  for (const uint64_t lost : {5, 6}) {
    Story story;
    pin(story, 500, 10, story.line);
    story.lose(lost);
    story.collect();
    EXPECT_EQ(story.adviceOf<SmallSlicesPinSlabs>().has_value(), lost == 5) << "one in a hundred";
  }
}

TEST(SmallSlices, WhoseDeathsWereNotRecordedAreNot) {
  recording::Header header = Maker::defaultHeader();
  header.liveness = false;
  Story story(header);
  pin(story, 500, 10, story.line);
  story.collect();
  EXPECT_TRUE(story.advice().empty());
}

// ---- many temporary stores

void churn(Story& story, uint64_t stores, uint64_t size, uint64_t kept, StackId stack) {
  for (uint64_t i = 0; i < stores; ++i) {
    const StoreId store = story.store(size, StoreKind::kArrayBuffer, stack);
    if (i >= kept) story.free(store);
  }
}

TEST(TemporaryStores, AreNamedWithTheWayOut) {
  Story story;
  churn(story, 1050, 4200, 50, story.line);
  const auto advice = story.adviceOf<ManyTemporaryStores>();
  ASSERT_TRUE(advice);
  EXPECT_EQ(advice->stores, 1050U);
  EXPECT_EQ(advice->temporary, 1000U);
  EXPECT_EQ(advice->bytes, 4200000U);
  EXPECT_FALSE(advice->wouldFitPool());
  Story small;
  churn(small, 2000, 4095, 0, small.line);
  EXPECT_TRUE(small.adviceOf<ManyTemporaryStores>()->wouldFitPool());
}

TEST(TemporaryStores, ThatAreFewOrSmallOrPartlyKeptAreNot) {
  Story few;
  churn(few, 999, 10'000, 0, few.line);
  EXPECT_FALSE(few.adviceOf<ManyTemporaryStores>());
  Story small;
  churn(small, 1000, 4000, 0, small.line);
  EXPECT_FALSE(small.adviceOf<ManyTemporaryStores>());
  Story kept;
  churn(kept, 2000, 10'000, 201, kept.line);
  EXPECT_FALSE(kept.adviceOf<ManyTemporaryStores>());
  Story of_node;
  churn(of_node, 2000, 10'000, 0, of_node.node);
  EXPECT_FALSE(of_node.adviceOf<ManyTemporaryStores>());
}

TEST(TemporaryStores, ThatAreLittleOfWhatTheRunAllocatedAreNot) {
  Story story;
  churn(story, 2000, 10'000, 0, story.line);
  story.store(181'000'000, StoreKind::kArrayBuffer, story.node);
  EXPECT_FALSE(story.adviceOf<ManyTemporaryStores>());
}

TEST(TemporaryStores, AreNotThoseThatACollectionFoundAlive) {
  Story story;
  std::vector<StoreId> stores;
  for (int i = 0; i < 2000; ++i) stores.push_back(story.store(10'000, StoreKind::kArrayBuffer, story.line));
  story.collect(GcKind::kScavenge);
  story.collect(GcKind::kScavenge);
  for (const StoreId store : stores) story.free(store);
  EXPECT_FALSE(story.adviceOf<ManyTemporaryStores>());
}

// ---- abandoned tails

// Slabs that are left after `used` bytes, for requests that then take `length`.
void leave(Story& story, uint64_t slabs, uint64_t used, uint64_t length, StackId stack) {
  for (uint64_t i = 0; i <= slabs; ++i) {
    const StoreId slab = story.slab();
    story.cut(slab, 0, length, stack);
    if (used > length) story.cut(slab, length, used - length, stack);
  }
}

TEST(Tails, OfBuffersThatDoNotFitAreNamed) {
  Story story;
  leave(story, 400, 4050, 4050, story.line);
  EXPECT_FALSE(story.adviceOf<TailsAbandoned>()) << "what is left has room for another";
  Story half;
  leave(half, 300, 4200, 4200, half.line);
  const auto advice = half.adviceOf<TailsAbandoned>();
  ASSERT_TRUE(advice);
  EXPECT_EQ(advice->maker.slabs, 300U);
  EXPECT_EQ(advice->maker.slab_bytes, 300U * 8192);
  EXPECT_EQ(advice->maker.tail_bytes, 300U * (8192 - 4200));
  EXPECT_EQ(advice->maker.request_bytes, 300U * 4200);
  EXPECT_FALSE(advice->isByStrings());
}

TEST(Tails, OfAPoolAreNamedThoughAFurtherPoolBeginsMeanwhile) {
  Story story;
  const StackId module = story.maker().stack("", "node:buffer", 186, 1);
  const StackId pool = story.maker().stack("createPool", "node:buffer", 181, 17, module);
  for (uint64_t i = 0; i <= 300; ++i) {
    story.cut(story.slab(), 0, 4200, story.line);
    story.store(8192, StoreKind::kPool, pool);
  }
  const auto advice = story.adviceOf<TailsAbandoned>();
  ASSERT_TRUE(advice);
  EXPECT_EQ(advice->maker.slabs, 300U);
}

TEST(Tails, OfStringsAreNamedAsSuch) {
  Story story;
  const StackId string = story.maker().stack("fromStringFast", "node:buffer", 500, 3, story.line);
  leave(story, 400, 5000, 1000, string);
  const auto advice = story.adviceOf<TailsAbandoned>();
  ASSERT_TRUE(advice);
  EXPECT_TRUE(advice->isByStrings());
  EXPECT_EQ(advice->maker.by_strings, 400U);
}

TEST(Tails, ThatAreShortOrFewAreNot) {
  Story shorter;
  leave(shorter, 900, 6600, 2000, shorter.line);
  EXPECT_FALSE(shorter.adviceOf<TailsAbandoned>()) << "less than a fifth";
  Story few;
  leave(few, 250, 4200, 4200, few.line);
  EXPECT_FALSE(few.adviceOf<TailsAbandoned>()) << "less than a mebibyte";
}

TEST(Tails, OfSlabsThatAreStillCutFromAreNone) {
  Story story;
  std::vector<StoreId> slabs;
  for (int i = 0; i <= 300; ++i) {
    slabs.push_back(story.slab());
    story.cut(slabs.back(), 0, 4200, story.line);
  }
  for (const StoreId slab : slabs) story.cut(slab, 4200, 3900, story.line);
  EXPECT_FALSE(story.adviceOf<TailsAbandoned>());
}

// ---- clones

class Clones : public testing::Test {
 protected:
  StackId cloning(Story& story) {
    return story.maker().stack("structuredClone", "node:internal/worker/js_transferable", 1, 1, story.line);
  }
  void make(Story& story, uint64_t count, uint64_t size, StackId stack) {
    for (uint64_t i = 0; i < count; ++i) story.store(size, StoreKind::kArrayBuffer, stack);
  }
};

TEST_F(Clones, OfWholeSlabsAreNamed) {
  Story story;
  story.slab();
  make(story, 128, 8192, cloning(story));
  const auto advice = story.adviceOf<SlabsCloned>();
  ASSERT_TRUE(advice);
  EXPECT_EQ(advice->cloner.clones, 128U);
  EXPECT_EQ(advice->cloner.bytes, 128U * 8192);
}

TEST_F(Clones, ByAMessageAreNamed) {
  Story story;
  story.slab();
  make(story, 128, 8192,
       story.maker().stack("v8::internal::ValueDeserializer::ReadJSArrayBuffer(bool)", "/usr/bin/node", 0, 0,
                           {}, FrameKind::kNative));
  EXPECT_TRUE(story.adviceOf<SlabsCloned>());
}

TEST_F(Clones, OfOtherSizesOrOfFewSlabsAreNot) {
  Story other;
  other.slab();
  make(other, 500, 8200, cloning(other));
  EXPECT_FALSE(other.adviceOf<SlabsCloned>());
  Story few;
  few.slab();
  make(few, 127, 8192, cloning(few));
  EXPECT_FALSE(few.adviceOf<SlabsCloned>());
}

TEST_F(Clones, ThatMayBeOfAStoreOfThatSizeAreNot) {
  Story story;
  story.slab();
  make(story, 1, 8192, story.line);
  make(story, 500, 8192, cloning(story));
  EXPECT_FALSE(story.adviceOf<SlabsCloned>());
}

TEST_F(Clones, AreOnlyWhatCloningMade) {
  Story story;
  story.slab();
  make(story, 500, 8192, story.maker().stack("structuredClone", "/app/my.js", 1, 1, story.line));
  EXPECT_FALSE(story.adviceOf<SlabsCloned>());
}

// ---- growth

// Full collections, and before each a store of that size that stays.
std::optional<SurvivorsGrow> grown(const std::vector<uint64_t>& sizes) {
  Story story;
  for (const uint64_t size : sizes) {
    if (size != 0) story.store(size, StoreKind::kExternal, story.line);
    story.collect();
  }
  return story.adviceOf<SurvivorsGrow>();
}

TEST(Growth, OfWhatSurvivesIsNamed) {
  const auto advice = grown({300'000, 300'000, 300'000, 300'000, 300'000});
  ASSERT_TRUE(advice);
  std::vector<uint64_t> bytes;
  for (const GrowthPoint& point : advice->growth.points) bytes.push_back(point.bytes);
  EXPECT_EQ(bytes, (std::vector<uint64_t>{300'000, 600'000, 900'000, 1'200'000, 1'500'000}));
}

TEST(Growth, AtFewCollectionsIsNot) {
  EXPECT_FALSE(grown({900'000, 900'000, 900'000, 900'000}));
}

TEST(Growth, OfLittleIsNot) {
  EXPECT_FALSE(grown({200'000, 200'000, 200'000, 200'000, 200'000}));
}

TEST(Growth, ThatHasEndedIsNot) {
  EXPECT_FALSE(grown({1'000'000, 1'000'000, 1'000'000, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(grown({9'000'000, 1'000'000, 1'000'000, 1'000'000, 1'000'000})) << "not half as much again";
}

TEST(Growth, ThatFallsInBetweenIsNot) {
  for (const bool falls : {false, true}) {
    Story story;
    std::vector<StoreId> stores;
    for (int i = 0; i < 7; ++i) {
      if (i == 4 && falls) {
        for (const StoreId store : stores) story.free(store);
      }
      stores.push_back(story.store(i == 3 ? 3'000'000 : 600'000, StoreKind::kExternal, story.line));
      story.collect();
    }
    EXPECT_EQ(story.adviceOf<SurvivorsGrow>().has_value(), !falls);
  }
}

TEST(Growth, OfWhatIsYoungerThanTheLastFullCollectionIsNot) {
  Story story;
  for (int i = 0; i < 6; ++i) story.collect();
  story.store(50'000'000, StoreKind::kExternal, story.line);
  EXPECT_FALSE(story.adviceOf<SurvivorsGrow>());
}

TEST(Advice, IsTwoOfAKindAtMostTheLargestFirst) {
  Story story;
  std::vector<StackId> lines;
  for (uint32_t i = 0; i < 3; ++i) lines.push_back(story.maker().stack("f", "/app/f.js", 10 + i, 1));
  pin(story, 150, 10, lines[0]);
  pin(story, 350, 10, lines[1]);
  pin(story, 250, 10, lines[2]);
  story.collect();
  const std::vector<Advice> advice = story.advice();
  ASSERT_EQ(advice.size(), 2U);
  EXPECT_EQ(std::get<SmallSlicesPinSlabs>(advice[0]).holder.held, 350U * 8192);
  EXPECT_EQ(std::get<SmallSlicesPinSlabs>(advice[1]).holder.held, 250U * 8192);
}

}  // namespace
}  // namespace slabscope::analysis
