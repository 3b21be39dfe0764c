// SPDX-License-Identifier: GPL-3.0-or-later
// Finds callers in a tree by what they are called.
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

#include "slabscope/analysis/callers.h"

namespace slabscope::viewer {

struct Found {
  std::vector<uint32_t> nodes;  ///< most of the figure first, a caller above those below it
  std::vector<bool> marks;      ///< by node
  uint64_t total = 0;           ///< of the figure under all of them, what is under several counted once
};

/// Nodes whose name has every word of `text` somewhere in it, whatever the case; none for a text without a
/// word. `names` has one for each node of `tree`.
Found search(const analysis::CallerTree& tree, const std::vector<QString>& names, const QString& text,
             uint64_t analysis::Costs::*figure);

}  // namespace slabscope::viewer
