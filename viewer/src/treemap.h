// SPDX-License-Identifier: GPL-3.0-or-later
// Rectangles whose areas are as their figures.
#pragma once

#include <QRectF>
#include <vector>

namespace slabscope::viewer {

/// One rectangle for each size, in their order, that together fill `area` and are as square as can be
/// (Bruls, Huizing, van Wijk: squarified treemaps). Sizes are positive, the largest first; an empty area
/// gives empty rectangles.
std::vector<QRectF> layOutTreemap(const std::vector<double>& sizes, const QRectF& area);

}  // namespace slabscope::viewer
