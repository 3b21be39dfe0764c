// SPDX-License-Identifier: GPL-3.0-or-later
// What a mouse and the keys do on a time axis, in every view: a drag brushes a range, the wheel zooms at the
// pointer, the arrows move, Escape shows all.
#pragma once

#include <QKeyEvent>
#include <QPainter>
#include <QWheelEvent>
#include <optional>

#include "axis.h"
#include "selection.h"
#include "theme.h"

namespace slabscope::viewer {

class TimeGestures {
 public:
  /// `whole` is all that can be shown. What is dragged becomes the selection's range.
  explicit TimeGestures(Selection& selection) : selection_(selection) {}
  void setWhole(const TimeRange& whole) { whole_ = whole; }

  void press(double x);
  void move(double x) { now_ = x; }
  /// Whether it was a drag, which has become a range; else a click.
  bool release(double x, const Axis& axis);
  bool dragging() const;

  /// Zooms what is shown, about the time under the pointer.
  void wheel(const QWheelEvent& event, const Axis& axis, const TimeRange& shown);
  /// Whether the key means something here.
  bool key(const QKeyEvent& event, const TimeRange& shown);

  void paint(QPainter& painter, const Theme& theme, const QRectF& plot) const;

 private:
  void zoom(double factor, double at, const TimeRange& shown);
  void show(double from, double until, bool follow);

  Selection& selection_;
  TimeRange whole_;
  std::optional<double> pressed_;
  double now_ = 0;
};

/// The time at a pixel, not before 0.
recording::Nanoseconds timeAt(const Axis& axis, double x);

}  // namespace slabscope::viewer
