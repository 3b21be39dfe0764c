// SPDX-License-Identifier: GPL-3.0-or-later
// One slab over time: each slice a rectangle from its birth to its death, at its bytes.
#pragma once

#include <QColor>
#include <QPainter>
#include <QRectF>
#include <functional>

#include "axis.h"
#include "slabscope/analysis/lifetimes.h"
#include "theme.h"

namespace slabscope::viewer {

/// How opaque bytes are that are neither cut nor a tail yet, in the colour of dead ones.
inline constexpr double kFreeOpacity = 0.35;

struct SlabPicture {
  const Theme& theme;
  const analysis::Lifetimes& lives;
  const analysis::SlabLife& slab;
  Axis time;
  Axis offset;  ///< upwards: pixel_from is the larger
  QRectF plot;
  /// What a live slice is painted in.
  std::function<QColor(const analysis::SliceLife&)> colour;

  void paint(QPainter& painter) const;
  /// The innermost slice at the point that lives then, or else the last one that did; null: none.
  const analysis::SliceLife* sliceAt(const QPointF& point) const;
  /// The time and bytes of a rectangle on the plot, at least a pixel wide and high.
  QRectF place(double born, double died, uint64_t offset_from, uint64_t offset_to) const;

 private:
  void paintGaps(QPainter& painter) const;
  double endOfSlab() const;
};

}  // namespace slabscope::viewer
