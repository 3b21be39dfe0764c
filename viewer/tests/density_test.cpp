// SPDX-License-Identifier: GPL-3.0-or-later
#include "density.h"

#include <gtest/gtest.h>

#include <random>

namespace slabscope::viewer {
namespace {

analysis::SliceLife slice(uint64_t born, uint64_t died, uint64_t offset, uint64_t length) {
  analysis::SliceLife one;
  one.life.born = born;
  one.life.died = died;
  one.life.died_event = 0;
  one.offset = offset;
  one.length = length;
  return one;
}

TEST(Density, CountsWhatLivesInACell) {
  analysis::Lifetimes lives;
  lives.slices = {slice(0, 49, 0, 512), slice(25, 100, 256, 256), slice(60, 70, 900, 0)};
  const Density density = densityOf(lives, {{0, 100}, 1024, 4, 4});
  EXPECT_EQ(density.at(0, 0), 1U);
  EXPECT_EQ(density.at(1, 0), 1U);
  EXPECT_EQ(density.at(2, 0), 0U);
  EXPECT_EQ(density.at(0, 1), 1U);
  EXPECT_EQ(density.at(1, 1), 2U);
  EXPECT_EQ(density.at(3, 1), 1U);
  EXPECT_EQ(density.at(2, 3), 0U) << "a slice without a byte covers nothing";
  EXPECT_EQ(density.most, 2U);
}

TEST(Density, IsThatOfLookingAtEveryCell) {
  std::mt19937 random(7);
  const auto below = [&](uint64_t limit) {
    return std::uniform_int_distribution<uint64_t>(0, limit - 1)(random);
  };
  analysis::Lifetimes lives;
  for (int i = 0; i < 300; ++i) {
    const uint64_t born = below(1000);
    const uint64_t offset = below(4000);
    lives.slices.push_back(slice(born, born + below(1000 - born), offset, below(4096 - offset)));
  }
  const TimeRange range{100, 900};
  const Density density = densityOf(lives, {range, 4096, 40, 32});
  for (size_t column = 0; column < 40; ++column) {
    for (size_t row = 0; row < 32; ++row) {
      const uint64_t from = 100 + column * 20;
      const uint64_t low = row * 128;
      uint32_t count = 0;
      for (const analysis::SliceLife& one : lives.slices) {
        // The last instant of the range is in the last column.
        const uint64_t until = column == 39 ? from + 20 : from + 19;
        const bool then = one.life.born <= until && one.life.died >= from;
        const bool there = one.length != 0 && one.offset < low + 128 && one.offset + one.length > low;
        count += then && there ? 1 : 0;
      }
      ASSERT_EQ(density.at(column, row), count) << column << " " << row;
    }
  }
}

}  // namespace
}  // namespace slabscope::viewer
