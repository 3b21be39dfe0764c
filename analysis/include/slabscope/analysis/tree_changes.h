// SPDX-License-Identifier: Apache-2.0
// The trees of callers of two recordings laid over one another.
#pragma once

#include <string>
#include <vector>

#include "slabscope/analysis/callers.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::analysis {

struct TreeChanges {
  /// A node for each caller of either side. Its costs are those of both sides added up, so that they add up
  /// through the tree; its frame is one of the new recording, 0 where that does not have it.
  CallerTree tree;
  // By node:
  std::vector<std::string> names;  ///< as callerInWords() has them by function
  std::vector<Costs> before;       ///< of these and of all children
  std::vector<Costs> after;
  std::vector<bool> of_the_program;
};

struct TreeOfRun {
  const Scan& scan;
  const CallerTree& tree;
};

/// Both trees must have the same direction and be grouped by function. Callers are the same when their
/// function and file are, as comparableFile() names it, and those above them in the tree are the same too.
TreeChanges compareTrees(const TreeOfRun& before, const TreeOfRun& after);

}  // namespace slabscope::analysis
