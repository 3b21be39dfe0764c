// SPDX-License-Identifier: GPL-3.0-or-later
// What every picture has: a heading, axes, a legend. All sizes in device independent pixels.
#pragma once

#include <QPainter>
#include <QRectF>
#include <QString>
#include <vector>

#include "axis.h"
#include "theme.h"

namespace slabscope::viewer {

inline constexpr double kGutter = 84;  ///< left of a plot: the labels of its bytes
inline constexpr double kMargin = 16;  ///< at the other sides of a picture
inline constexpr double kHeading = 56;
/// Above each of several plots: what it is, and its legend.
inline constexpr double kSectionLine = 26;
inline constexpr double kTimeAxis = 28;  ///< below a plot
inline constexpr double kCards = 66;     ///< a row of figures under the heading

struct LegendItem {
  QColor colour;
  QString text;
  bool hatched = false;
  bool in_full = false;  ///< its text is never shortened: those of others are
};

/// Title and a second line, at the top of `area`, cut with an ellipsis where they do not fit.
void paintHeading(QPainter& painter, const Theme& theme, const QRectF& area, const QString& title,
                  const QString& line);

/// What one of several plots is, at the left of the line above it. Returns that line's rest.
QRectF paintSectionTitle(QPainter& painter, const Theme& theme, const QRectF& line, const QString& title);
/// The ground of a plot with its grid and labels: bytes or counts at the left, time below (without labels
/// when `time` is empty).
void paintAxes(QPainter& painter, const Theme& theme, const QRectF& plot, const Axis& x,
               const std::vector<Tick>& time, const Axis& y, const std::vector<Tick>& values);

/// One line of items from the left of `area`, callers as short as it takes; what does not fit all the same is
/// told by a last "+ 3 more". Returns the right end of what was painted.
double paintLegend(QPainter& painter, const Theme& theme, const QRectF& area,
                   const std::vector<LegendItem>& items);

inline constexpr double kNarrowHatching = 5;
inline constexpr double kWideHatching = 9;
/// Slanted lines over `area`, of one density at any scale: so many pixels apart along each side.
void paintHatching(QPainter& painter, const QRectF& area, const QColor& colour,
                   double step = kNarrowHatching);

/// The colours of densities, from few at the left to many.
void paintRamp(QPainter& painter, const Theme& theme, const QRectF& area);
/// Around a plot that has the keyboard.
void paintFocus(QPainter& painter, const Theme& theme, const QRectF& plot);
/// A sentence in the middle of `area`, where there is nothing to show.
void paintEmpty(QPainter& painter, const Theme& theme, const QRectF& area, const QString& why);

/// A vertical line of one device pixel at `x` over the height of `area`.
void paintTimeLine(QPainter& painter, const QRectF& area, double x, const QColor& colour,
                   Qt::PenStyle style = Qt::SolidLine);

/// A few words beside the line at `x`, on a ground of their own, at the top of `area` and inside it.
void paintFlag(QPainter& painter, const Theme& theme, const QRectF& area, double x, const QString& words);

}  // namespace slabscope::viewer
