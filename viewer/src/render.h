// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "arguments.h"
#include "slabscope/recording/result.h"

namespace slabscope::viewer {

/// Paints the view of the recording (diff: of the old and the new one) into the picture that is asked for.
/// Needs a QApplication, not a display.
Result<> render(const RenderRequest& request, const std::vector<std::string>& files);

}  // namespace slabscope::viewer
