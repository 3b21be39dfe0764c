// SPDX-License-Identifier: GPL-3.0-or-later
// What can be taken out of the window: the picture of a view, and its data.
#pragma once

#include <QString>

#include "slabscope/recording/result.h"

namespace slabscope::viewer {

class View;

/// Paints what the view shows into a file, by its suffix: .svg, or .png at twice the view's size. The error
/// is one line for the user.
Result<> exportPicture(View& view, const QString& path);
/// The view's table as CSV. The error is one line for the user.
Result<> exportTable(View& view, const QString& path);

}  // namespace slabscope::viewer
