// SPDX-License-Identifier: GPL-3.0-or-later
// What a mouse and the keys do on a time axis, in every view: a drag marks a range, and a button on it (or
// Enter) shows that range alone; the wheel zooms at the pointer, the arrows move, with Shift they move the
// instant, Escape shows all.
#pragma once

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>
#include <QWheelEvent>
#include <optional>
#include <utility>

#include "axis.h"
#include "selection.h"
#include "theme.h"

namespace slabscope::viewer {

class TimeGestures {
 public:
  /// `whole` is all that can be shown. What is marked is painted on `owner`, which has the button on it. Both
  /// must outlive this.
  TimeGestures(Selection& selection, QWidget& owner);
  void setWhole(const TimeRange& whole);

  /// Of presses and releases those of the left button alone mean something.
  void press(const QMouseEvent& event);
  /// Whether it is a drag.
  bool move(const QMouseEvent& event);
  /// Whether it was a click; a drag has marked its range.
  bool release(const QMouseEvent& event, const Axis& axis);
  /// Shows at once what was dragged over.
  void releaseAndShow(double x, const Axis& axis);
  /// The instant at a pixel.
  void pickInstant(double x, const Axis& axis);

  /// Zooms what is shown, about the time under the pointer.
  void wheel(const QWheelEvent& event, const Axis& axis, const TimeRange& shown);
  /// Whether the key means something here.
  bool key(const QKeyEvent& event, const TimeRange& shown);

  void paint(QPainter& painter, const Theme& theme, const QRectF& plot, const Axis& axis) const;

 private:
  bool isDragging() const;
  /// From which to which pixel was dragged up to now, and no further; none: it was a click.
  std::optional<std::pair<double, double>> takeDrag(double x);
  void showMarked();
  void zoom(double factor, double at, const TimeRange& shown);
  void moveInstant(double by, const TimeRange& shown);
  TimeRange clipped(double from, double until) const;
  void show(double from, double until, bool follow);
  void mark(const std::optional<TimeRange>& range);

  Selection& selection_;
  QWidget& owner_;
  QToolButton* button_;
  TimeRange whole_{0, 0};
  std::optional<double> pressed_;
  std::optional<TimeRange> marked_;
  double now_ = 0;
};

}  // namespace slabscope::viewer
