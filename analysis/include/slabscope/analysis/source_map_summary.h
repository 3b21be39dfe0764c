// SPDX-License-Identifier: Apache-2.0
// What became of a program's source maps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace slabscope::analysis {

/// A map that the program names but that cannot be used: its frames stay as Node shows them.
struct SourceMapProblem {
  std::string file;  ///< of the program
  std::string what;  ///< in words
};

struct SourceMapSummary {
  uint64_t files = 0;   ///< of the program, with a map that was used
  uint64_t frames = 0;  ///< whose file, line and column are now those of a source
  std::vector<SourceMapProblem> problems;
};

}  // namespace slabscope::analysis
