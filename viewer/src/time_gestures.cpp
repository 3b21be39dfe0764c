// SPDX-License-Identifier: GPL-3.0-or-later
#include "time_gestures.h"

#include <algorithm>
#include <cmath>

namespace slabscope::viewer {
namespace {

constexpr double kLeastDrag = 4;        // pixels: less is a click with an unsteady hand
constexpr double kShortestRange = 100;  // nanoseconds

}  // namespace

recording::Nanoseconds timeAt(const Axis& axis, double x) {
  return static_cast<recording::Nanoseconds>(std::llround(std::max(0.0, axis.toValue(x))));
}

void TimeGestures::press(double x) {
  pressed_ = x;
  now_ = x;
}

bool TimeGestures::dragging() const {
  return pressed_ && std::abs(now_ - *pressed_) >= kLeastDrag;
}

bool TimeGestures::release(double x, const Axis& axis) {
  now_ = x;
  const bool dragged = dragging();
  if (dragged) show(axis.toValue(std::min(*pressed_, x)), axis.toValue(std::max(*pressed_, x)), false);
  pressed_.reset();
  return dragged;
}

void TimeGestures::show(double from, double until, bool follow) {
  const auto first = static_cast<double>(whole_.from);
  const auto last = static_cast<double>(whole_.until);
  const double length = std::clamp(until - from, std::min(kShortestRange, last - first), last - first);
  from = std::clamp(from, first, last - length);
  Picks picks = selection_.picks();
  picks.range = TimeRange{static_cast<recording::Nanoseconds>(std::llround(from)),
                          static_cast<recording::Nanoseconds>(std::llround(from + length))};
  if (*picks.range == whole_) picks.range.reset();
  if (follow) {
    selection_.follow(picks);
  } else {
    selection_.set(picks);
  }
}

void TimeGestures::zoom(double factor, double at, const TimeRange& shown) {
  const auto from = static_cast<double>(shown.from);
  const auto until = static_cast<double>(shown.until);
  show(at - (at - from) * factor, at + (until - at) * factor, true);
}

void TimeGestures::wheel(const QWheelEvent& event, const Axis& axis, const TimeRange& shown) {
  const double turns = event.angleDelta().y() / 120.0;
  if (turns == 0) return;
  zoom(std::pow(0.8, turns), axis.toValue(event.position().x()), shown);
}

bool TimeGestures::key(const QKeyEvent& event, const TimeRange& shown) {
  const auto from = static_cast<double>(shown.from);
  const auto until = static_cast<double>(shown.until);
  const double step = (until - from) / 10;
  switch (event.key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      zoom(0.5, (from + until) / 2, shown);
      return true;
    case Qt::Key_Minus:
      zoom(2, (from + until) / 2, shown);
      return true;
    case Qt::Key_Left:
      show(from - step, until - step, true);
      return true;
    case Qt::Key_Right:
      show(from + step, until + step, true);
      return true;
    case Qt::Key_Escape:
    case Qt::Key_Home: {
      Picks picks = selection_.picks();
      picks.range.reset();
      selection_.set(picks);
      return true;
    }
    default:
      return false;
  }
}

void TimeGestures::paint(QPainter& painter, const Theme& theme, const QRectF& plot) const {
  if (!dragging()) return;
  const double left = std::clamp(std::min(*pressed_, now_), plot.left(), plot.right());
  const double right = std::clamp(std::max(*pressed_, now_), plot.left(), plot.right());
  QColor band = theme.accent;
  band.setAlpha(48);
  painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), band);
}

}  // namespace slabscope::viewer
