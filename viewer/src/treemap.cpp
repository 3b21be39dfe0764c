// SPDX-License-Identifier: GPL-3.0-or-later
#include "treemap.h"

#include <algorithm>
#include <numeric>

namespace slabscope::viewer {
namespace {

// How far from square the worst of a row's rectangles would be: 1 is a square.
double worstRatio(double largest, double smallest, double sum, double side) {
  const double square = side * side;
  return std::max(square * largest / (sum * sum), sum * sum / (square * smallest));
}

}  // namespace

std::vector<QRectF> layOutTreemap(const std::vector<double>& sizes, const QRectF& area) {
  std::vector<QRectF> places;
  places.reserve(sizes.size());
  const double whole = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  if (whole <= 0 || area.width() <= 0 || area.height() <= 0) {
    places.resize(sizes.size(), QRectF(area.topLeft(), QSizeF()));
    return places;
  }
  const double scale = area.width() * area.height() / whole;
  QRectF left = area;
  for (size_t begin = 0; begin < sizes.size();) {
    // A row along the shorter side, as long as its rectangles become squarer.
    const bool upright = left.width() >= left.height();
    const double side = upright ? left.height() : left.width();
    double sum = sizes[begin] * scale;
    double worst = worstRatio(sum, sum, sum, side);
    size_t end = begin + 1;
    for (; end < sizes.size(); ++end) {
      const double next = sizes[end] * scale;
      const double then = worstRatio(sizes[begin] * scale, next, sum + next, side);
      if (then > worst) break;
      worst = then;
      sum += next;
    }
    const double thickness = sum / side;
    double along = upright ? left.top() : left.left();
    for (; begin < end; ++begin) {
      const double length = sizes[begin] * scale / thickness;
      places.push_back(upright ? QRectF(left.left(), along, thickness, length)
                               : QRectF(along, left.top(), length, thickness));
      along += length;
    }
    if (upright) {
      left.setLeft(left.left() + thickness);
    } else {
      left.setTop(left.top() + thickness);
    }
  }
  return places;
}

}  // namespace slabscope::viewer
