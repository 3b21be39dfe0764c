// SPDX-License-Identifier: GPL-3.0-or-later
// Where a tree's callers lie in its picture: as wide as their figure, beneath one another as they call.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/analysis/callers.h"

namespace slabscope::viewer {

struct FlameBox {
  uint32_t node = analysis::CallerNode::kNone;  ///< kNone: all of the tree, or `others`
  uint32_t parent = analysis::CallerNode::kNone;
  uint32_t row = 0;     ///< from the root
  double left = 0;      ///< in pixels
  double width = 0;     ///< one pixel at least
  uint32_t others = 0;  ///< so many callers, each narrower than a pixel, stand here together
};

/// Of a tree of any size as many boxes as can be seen: `width` pixels for the figure of `zoomed` (kNone: of
/// all of the tree), whose callers stand above it in full width; the widest child first.
std::vector<FlameBox> layOutFlames(const analysis::CallerTree& tree, uint64_t analysis::Costs::*figure,
                                   uint32_t zoomed, double width);

}  // namespace slabscope::viewer
