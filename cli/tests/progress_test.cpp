// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <gtest/gtest.h>

#include <string>

namespace slabscope::cli {
namespace {

TEST(ProgressText, ShowsABarOrACount) {
  EXPECT_EQ(progressText(1234, 0), "1,234 events");
  EXPECT_EQ(progressText(0, 10), "[" + std::string(30, '.') + "]   0 %");
  EXPECT_EQ(progressText(5, 10), "[" + std::string(15, '#') + std::string(15, '.') + "]  50 %");
  EXPECT_EQ(progressText(11, 10), "[" + std::string(30, '#') + "] 100 %");
}

}  // namespace
}  // namespace slabscope::cli
