// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include "loaded.h"

namespace slabscope::viewer {

/// What one must know of a recording before believing a picture of it: that its end is missing, that events
/// were lost or detail dropped, that there is nothing in it. Empty for a whole recording.
QStringList noticesOf(const Loaded& recording);

}  // namespace slabscope::viewer
