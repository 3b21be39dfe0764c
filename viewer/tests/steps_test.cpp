// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps.h"

#include <gtest/gtest.h>

#include "made_up.h"
#include "pictures.h"
#include "slabscope/analysis/slab_table.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

TEST(Steps, TellTheMostOfEachColumn) {
  const Steps steps = {{10, 5}, {20, 50}, {21, 7}, {90, 1}};
  const std::vector<uint64_t> expected = {0, 5, 50, 7, 7, 7, 7, 7, 7, 7};
  EXPECT_EQ(mostIn(steps, 0, 100, 10), expected) << "a spike of a nanosecond is seen";
  EXPECT_EQ(mostIn(steps, 91, 100, 1).front(), 1U);
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
        EXPECT_EQ(mostIn(steps, at.t, at.t + 1, 1).front(), row.live) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace slabscope::viewer
