// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps.h"

#include <gtest/gtest.h>

#include "made_up.h"
#include "pictures.h"
#include "slabscope/analysis/slab_table.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

TEST(Steps, TellLeastAndMostOfEachColumn) {
  const Steps steps = {{10, 5}, {20, 50}, {21, 7}, {90, 1}};
  const std::vector<Extent> extents = extentsOf(steps, 0, 100, 10);
  EXPECT_EQ(extents[0].most, 0U);
  EXPECT_EQ(extents[1].least, 0U);
  EXPECT_EQ(extents[1].most, 5U);
  EXPECT_EQ(extents[2].most, 50U) << "a spike of a nanosecond is seen";
  EXPECT_EQ(extents[2].last, 7U);
  EXPECT_EQ(extents[5].least, 7U);
  EXPECT_EQ(extents[9].last, 1U);
}

TEST(Steps, AreTheLiveBytesOfTheTableOfSlabs) {
  for (uint32_t seed = 1; seed <= 6; ++seed) {
    const slabscope::tests::TemporaryFile file;
    slabscope::tests::Maker maker(file.path());
    slabscope::tests::makeUpRandom(maker, seed, 2000);
    const auto loaded = tests::loadedFrom(file.path());
    for (uint64_t i = 1; i <= 10; ++i) {
      const analysis::Instant at{loaded->scan.duration * i / 10};
      const auto rows = analysis::slabTable(loaded->scan, at);
      ASSERT_TRUE(rows);
      for (const analysis::SlabRow& row : *rows) {
        const Steps steps = liveBytesOf(loaded->lives, *loaded->lives.find(row.store));
        EXPECT_EQ(extentsOf(steps, at.t, at.t + 1, 1).front().last, row.live) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace slabscope::viewer
