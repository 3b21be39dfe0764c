// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/full_collections.h"

#include <gtest/gtest.h>

namespace slabscope::analysis {
namespace {

using recording::Gc;
using recording::GcKind;

TEST(FullCollections, JudgeWhatWasBornBefore) {
  FullCollections collections;
  EXPECT_EQ(collections.last(0), nullptr);
  EXPECT_FALSE(collections.hasSurvived(0, 1));
  collections.on(Gc{10, 1, 0, GcKind::kScavenge});
  EXPECT_EQ(collections.last(0), nullptr);
  collections.on(Gc{20, 5, 0, GcKind::kMarkCompact});
  EXPECT_TRUE(collections.hasSurvived(0, 19));
  EXPECT_FALSE(collections.hasSurvived(0, 20));
  EXPECT_FALSE(collections.hasSurvived(1, 19)) << "another isolate";
}

TEST(FullCollections, DoNotJudgeWhatWasBornWhileMarking) {
  FullCollections collections;
  collections.on(Gc{20, 5, 0, GcKind::kMarkCompact});
  collections.on(Gc{30, 1, 0, GcKind::kIncremental});
  EXPECT_EQ(*collections.last(0), 20U) << "marking alone judges nothing";
  collections.on(Gc{35, 1, 0, GcKind::kScavenge});
  collections.on(Gc{40, 5, 0, GcKind::kMarkCompact});
  EXPECT_EQ(*collections.last(0), 30U);
  EXPECT_FALSE(collections.hasSurvived(0, 35));
  collections.on(Gc{50, 5, 0, GcKind::kMarkCompact});
  EXPECT_EQ(*collections.last(0), 50U) << "a collection without marking before it";
}

TEST(FullCollections, KeepTheMarkingOfIsolatesApart) {
  FullCollections collections;
  collections.on(Gc{30, 1, 1, GcKind::kIncremental});
  collections.on(Gc{40, 5, 0, GcKind::kMarkCompact});
  collections.on(Gc{41, 5, 1, GcKind::kMarkCompact});
  EXPECT_EQ(*collections.last(0), 40U);
  EXPECT_EQ(*collections.last(1), 30U);
}

}  // namespace
}  // namespace slabscope::analysis
