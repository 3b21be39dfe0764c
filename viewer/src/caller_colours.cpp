// SPDX-License-Identifier: GPL-3.0-or-later
#include "caller_colours.h"

#include <algorithm>

namespace slabscope::viewer {

QColor colourOfCaller(const Loaded& recording, const Theme& theme, recording::FrameId owner) {
  const size_t coloured = std::min(recording.callers.size(), theme.callers.size());
  for (size_t rank = 0; rank < coloured; ++rank) {
    if (recording.callers[rank] == owner) return theme.callers[rank];
  }
  return theme.other_caller;
}

}  // namespace slabscope::viewer
