// SPDX-License-Identifier: Apache-2.0
#include "fast_ways.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace slabscope::preload {
namespace {

bool isWantedWithout(const char* list, const char* name) {
  setenv("SLABSCOPE_WITHOUT", list, 1);
  const bool wanted = isWayWanted(name);
  unsetenv("SLABSCOPE_WITHOUT");
  return wanted;
}

TEST(FastWays, AreWantedUnlessTheyAreNamed) {
  EXPECT_TRUE(isWayWanted("fast-stacks"));
  EXPECT_TRUE(isWantedWithout("", "fast-stacks"));
  EXPECT_TRUE(isWantedWithout("fast-views", "fast-stacks"));
  EXPECT_FALSE(isWantedWithout("fast-stacks", "fast-stacks"));
  EXPECT_FALSE(isWantedWithout("fast-views,fast-stacks", "fast-stacks"));
  EXPECT_FALSE(isWantedWithout("fast-stacks,,fast-views,", "fast-views"));
  EXPECT_TRUE(isWantedWithout("fast-stacksx,xfast-stacks,fast", "fast-stacks"));
}

}  // namespace
}  // namespace slabscope::preload
