// SPDX-License-Identifier: Apache-2.0
#include "source_map_words.h"

#include <fmt/format.h>

#include "words.h"

namespace slabscope::cli {

std::string sourceMapWarning(const analysis::SourceMapSummary& maps) {
  const std::vector<analysis::SourceMapProblem>& problems = maps.problems;
  if (problems.empty()) return {};
  std::string line = fmt::format("{} is shown as it ran: {}", printable(problems.front().file),
                                 printable(problems.front().what));
  if (problems.size() > 1)
    line += fmt::format("; and {} likewise", counted(problems.size() - 1, "other file"));
  return line;
}

}  // namespace slabscope::cli
