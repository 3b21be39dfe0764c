// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loaded.h"
#include "theme.h"

namespace slabscope::viewer {

/// Of the callers that cost most each has a colour of its own, the same in all views; the others share one.
QColor colourOfCaller(const Loaded& recording, const Theme& theme, recording::FrameId owner);

}  // namespace slabscope::viewer
