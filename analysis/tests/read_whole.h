// SPDX-License-Identifier: Apache-2.0
// A recording with the lives of its slabs and slices.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "slabscope/analysis/lifetimes.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::tests {

struct WholeRecording {
  analysis::Scan scan;
  analysis::Lifetimes lives;
};

inline WholeRecording readWhole(const std::string& path) {
  Result<analysis::Scan> found = analysis::scan(path);
  EXPECT_TRUE(found) << found.error().message;
  Result<analysis::Lifetimes> lives = analysis::lifetimesOf(*found);
  EXPECT_TRUE(lives) << lives.error().message;
  return {std::move(*found), std::move(*lives)};
}

}  // namespace slabscope::tests
