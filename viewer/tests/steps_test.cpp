// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps.h"

#include <gtest/gtest.h>

#include "made_up.h"
#include "pictures.h"
#include "slabscope/analysis/report.h"
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
  EXPECT_EQ(valueAt(steps, 9), 0U);
  EXPECT_EQ(valueAt(steps, 20), 50U);
}

TEST(Steps, AreTheReportsFiguresAtAnyInstant) {
  for (uint32_t seed = 1; seed <= 6; ++seed) {
    const slabscope::tests::TemporaryFile file;
    slabscope::tests::Maker maker(file.path());
    slabscope::tests::makeUpRandom(maker, seed, 2000);
    const auto loaded = tests::loadedFrom(file.path());
    std::vector<analysis::NamedInstant> instants;
    for (uint64_t i = 0; i <= 10; ++i) instants.push_back({"", {loaded->scan.duration * i / 10}});
    const auto reports = analysis::reportAt(loaded->scan, instants);
    ASSERT_TRUE(reports);
    for (const analysis::InstantReport& report : *reports) {
      EXPECT_EQ(valueAt(loaded->store_bytes, report.at.instant.t), report.totals.store_bytes)
          << "seed " << seed;
      EXPECT_EQ(valueAt(loaded->live_bytes, report.at.instant.t),
                report.pool.live_bytes + report.native_pool.live_bytes)
          << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace slabscope::viewer
