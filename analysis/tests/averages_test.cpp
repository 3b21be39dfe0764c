// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/averages.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

namespace slabscope::analysis {
namespace {

TEST(Averages, AreTheAreaUnderTheStepsDividedByTheTime) {
  Averages figure({100, 200});
  figure.add(50, 10);  // before the range: there from its beginning
  figure.add(150, 30);
  figure.add(160, -40);
  figure.add(200, 1000);  // behind it
  figure.finish();
  EXPECT_DOUBLE_EQ(figure.over(100, 150), 10);
  EXPECT_DOUBLE_EQ(figure.over(140, 160), (10 * 10 + 10 * 40) / 20.0);
  EXPECT_DOUBLE_EQ(figure.over(160, 200), 0);
  EXPECT_DOUBLE_EQ(figure.over(100, 200), (50 * 10 + 10 * 40) / 100.0);
  EXPECT_DOUBLE_EQ(figure.over(0, 150), 10) << "of what the range covers of it";
  EXPECT_DOUBLE_EQ(figure.over(200, 300), 0);
}

TEST(Averages, AreExactAtTheBordersOfBinsInWhateverOrderTheChangesCome) {
  constexpr uint64_t kWidth = 64;
  constexpr uint64_t kUntil = kWidth * Averages::kMostBins;
  std::mt19937 random(3);
  std::vector<std::pair<uint64_t, int64_t>> changes;
  for (int i = 0; i < 2000; ++i) {
    const uint64_t born = std::uniform_int_distribution<uint64_t>(0, kUntil - 1)(random);
    const uint64_t died = std::uniform_int_distribution<uint64_t>(born, 2 * kUntil)(random);
    changes.emplace_back(died, -100 - i);
    changes.emplace_back(born, 100 + i);
  }
  Averages figure({0, kUntil});
  EXPECT_DOUBLE_EQ(figure.binWidth(), kWidth);
  for (const auto& [t, by] : changes) figure.add(t, by);
  figure.finish();
  for (uint64_t from = 0; from < kUntil; from += kUntil / 16) {
    const uint64_t until = from + 3 * kWidth;
    double area = 0;
    for (const auto& [t, by] : changes)
      if (t < until) area += static_cast<double>(by) * static_cast<double>(until - std::max(t, from));
    EXPECT_NEAR(figure.over(from, until), area / (3 * kWidth), 1e-3) << from;
  }
}

TEST(Averages, OfNothingAreNothing) {
  EXPECT_EQ(Averages().over(0, 10), 0);
  Averages figure({5, 6});
  figure.finish();
  EXPECT_EQ(figure.over(5, 6), 0);
  EXPECT_EQ(figure.over(6, 5), 0);
}

}  // namespace
}  // namespace slabscope::analysis
