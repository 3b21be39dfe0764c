// SPDX-License-Identifier: GPL-3.0-or-later
#include "time_gestures.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "time_axis.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

constexpr double kLeastDrag = 4;        // pixels: less is a click with an unsteady hand
constexpr double kShortestRange = 100;  // nanoseconds

}  // namespace

TimeGestures::TimeGestures(Selection& selection, QWidget& owner)
    : selection_(selection), owner_(owner), button_(new QToolButton(&owner)) {
  button_->setObjectName("show-range");
  button_->setFont(textFont());
  button_->setAutoRaise(false);
  button_->setFocusPolicy(Qt::NoFocus);  // Enter does the same, and the keys stay the picture's
  button_->setCursor(Qt::ArrowCursor);
  button_->hide();
  QObject::connect(button_, &QToolButton::clicked, &owner, [this] { showMarked(); });
}

void TimeGestures::setWhole(const TimeRange& whole) {
  whole_ = whole;
  mark({});
}

void TimeGestures::mark(const std::optional<TimeRange>& range) {
  marked_ = range;
  button_->setVisible(range.has_value());
  owner_.update();
}

void TimeGestures::showMarked() {
  if (!marked_) return;
  const TimeRange range = *marked_;
  mark({});
  show(static_cast<double>(range.from), static_cast<double>(range.until), false);
}

void TimeGestures::press(const QMouseEvent& event) {
  if (event.button() != Qt::LeftButton) return;
  mark({});
  pressed_ = now_ = event.position().x();
}

bool TimeGestures::isDragging() const {
  return pressed_ && std::abs(now_ - *pressed_) >= kLeastDrag;
}

bool TimeGestures::move(const QMouseEvent& event) {
  now_ = event.position().x();
  if (isDragging()) owner_.update();
  return isDragging();
}

std::optional<std::pair<double, double>> TimeGestures::takeDrag(double x) {
  now_ = x;
  const std::optional<double> pressed = isDragging() ? pressed_ : std::nullopt;
  pressed_.reset();
  if (!pressed) return std::nullopt;
  return std::pair(std::min(*pressed, x), std::max(*pressed, x));
}

bool TimeGestures::release(const QMouseEvent& event, const Axis& axis) {
  if (event.button() != Qt::LeftButton) return false;
  const auto drag = takeDrag(event.position().x());
  if (!drag) return true;
  const TimeRange range = clipped(axis.toValue(drag->first), axis.toValue(drag->second));
  button_->setText(
      QCoreApplication::translate("TimeGestures", "Show only these %1  ⏎").arg(durationText(range.length())));
  button_->setToolTip(
      QCoreApplication::translate("TimeGestures", "%1 to %2, in every view; Escape lets it be")
          .arg(timeText(range.from), timeText(range.until)));
  button_->adjustSize();
  const int left = static_cast<int>((drag->first + drag->second) / 2) - button_->width() / 2;
  const int top = static_cast<int>(event.position().y()) + 12;
  button_->move(std::clamp(left, 0, std::max(0, owner_.width() - button_->width())),
                std::clamp(top, 0, std::max(0, owner_.height() - button_->height())));
  mark(range);
  return false;
}

void TimeGestures::releaseAndShow(double x, const Axis& axis) {
  if (const auto drag = takeDrag(x)) show(axis.toValue(drag->first), axis.toValue(drag->second), false);
  owner_.update();
}

void TimeGestures::pickInstant(double x, const Axis& axis) {
  Picks next = selection_.picks();
  next.instant = analysis::Instant{timeAt(axis, x)};
  selection_.set(next);
}

TimeRange TimeGestures::clipped(double from, double until) const {
  const auto first = static_cast<double>(whole_.from);
  const auto last = static_cast<double>(whole_.until);
  const double length = std::clamp(until - from, std::min(kShortestRange, last - first), last - first);
  from = std::clamp(from, first, last - length);
  return {static_cast<recording::Nanoseconds>(std::llround(from)),
          static_cast<recording::Nanoseconds>(std::llround(from + length))};
}

void TimeGestures::show(double from, double until, bool follow) {
  Picks picks = selection_.picks();
  picks.range = clipped(from, until);
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

// From where it is, or from the end of what is shown.
void TimeGestures::moveInstant(double by, const TimeRange& shown) {
  Picks picks = selection_.picks();
  const recording::Nanoseconds now = picks.instant ? picks.instant->t : shown.until;
  const double then = std::clamp(static_cast<double>(now) + by, static_cast<double>(whole_.from),
                                 static_cast<double>(whole_.until));
  picks.instant = analysis::Instant{static_cast<recording::Nanoseconds>(std::llround(then))};
  selection_.follow(picks);
}

bool TimeGestures::key(const QKeyEvent& event, const TimeRange& shown) {
  const auto from = static_cast<double>(shown.from);
  const auto until = static_cast<double>(shown.until);
  const double step = (until - from) / 10;
  const bool is_arrow = event.key() == Qt::Key_Left || event.key() == Qt::Key_Right;
  if (is_arrow && event.modifiers().testFlag(Qt::ShiftModifier)) {
    moveInstant((event.key() == Qt::Key_Left ? -1 : 1) * step / 10, shown);
    return true;
  }
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
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (!marked_) return false;
      showMarked();
      return true;
    case Qt::Key_Escape:
      if (marked_) {
        mark({});
        return true;
      }
      [[fallthrough]];
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

void TimeGestures::paint(QPainter& painter, const Theme& theme, const QRectF& plot, const Axis& axis) const {
  if (!isDragging() && !marked_) return;
  const double a = isDragging() ? *pressed_ : axis.toPixel(static_cast<double>(marked_->from));
  const double b = isDragging() ? now_ : axis.toPixel(static_cast<double>(marked_->until));
  const double left = std::clamp(std::min(a, b), plot.left(), plot.right());
  const double right = std::clamp(std::max(a, b), plot.left(), plot.right());
  painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), withAlpha(theme.accent, 48));
}

}  // namespace slabscope::viewer
