// SPDX-License-Identifier: GPL-3.0-or-later
#include "axis.h"

#include <gtest/gtest.h>

#include <set>

namespace slabscope::viewer {
namespace {

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> all;
  for (const Tick& tick : ticks) all.push_back(tick.label.toStdString());
  return all;
}

TEST(Axis, MapsThereAndBack) {
  const Axis up{0, 8192, 500, 100};
  EXPECT_DOUBLE_EQ(up.toPixel(0), 500);
  EXPECT_DOUBLE_EQ(up.toPixel(8192), 100);
  EXPECT_DOUBLE_EQ(up.toValue(up.toPixel(1234)), 1234);
}

TEST(Axis, LabelsTimesInOneUnit) {
  EXPECT_EQ(labels(timeTicks(0, 2e9, 5)),
            (std::vector<std::string>{"0.0 s", "0.5 s", "1.0 s", "1.5 s", "2.0 s"}));
  EXPECT_EQ(labels(timeTicks(0, 4e6, 4)), (std::vector<std::string>{"0 ms", "1 ms", "2 ms", "3 ms", "4 ms"}));
  EXPECT_EQ(labels(timeTicks(5e9, 6e9, 2)), (std::vector<std::string>{"5.0 s", "5.5 s", "6.0 s"}));
}

TEST(Axis, LabelsSizesInBinaryUnits) {
  EXPECT_EQ(labels(byteTicks(0, 8192, 4)),
            (std::vector<std::string>{"0", "2 KiB", "4 KiB", "6 KiB", "8 KiB"}));
  EXPECT_EQ(labels(byteTicks(0, 65536, 4)),
            (std::vector<std::string>{"0", "16 KiB", "32 KiB", "48 KiB", "64 KiB"}));
}

TEST(Axis, HasNoMoreTicksThanThereIsRoomForAndNoLabelTwice) {
  for (const double size : {1.0, 700.0, 8192.0, 65640.0, 43.3e6, 900e6, 7e12}) {
    for (const int most : {2, 5, 9}) {
      const std::vector<std::string> all = labels(byteTicks(0, size, most));
      EXPECT_LE(all.size(), static_cast<size_t>(most) + 1) << size;
      EXPECT_GE(all.size(), 2U) << size;
      EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size()) << size;
    }
  }
  for (const double span : {50.0, 3e3, 7e6, 1.8e9, 3600e9}) {
    const std::vector<std::string> all = labels(timeTicks(0, span, 8));
    EXPECT_LE(all.size(), 9U) << span;
    EXPECT_GE(all.size(), 3U) << span;
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size()) << span;
  }
}

}  // namespace
}  // namespace slabscope::viewer
