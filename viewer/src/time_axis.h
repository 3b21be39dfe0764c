// SPDX-License-Identifier: GPL-3.0-or-later
// Times on the axis of a picture.
#pragma once

#include <QRectF>
#include <algorithm>
#include <cmath>

#include "axis.h"
#include "selection.h"

namespace slabscope::viewer {

/// The range over the width of a plot.
inline Axis timeAxisOf(const TimeRange& range, const QRectF& plot) {
  return {static_cast<double>(range.from), static_cast<double>(range.until), plot.left(), plot.right()};
}

/// The time at a pixel, not before 0.
inline recording::Nanoseconds timeAt(const Axis& axis, double x) {
  return static_cast<recording::Nanoseconds>(std::llround(std::max(0.0, axis.toValue(x))));
}

}  // namespace slabscope::viewer
