// SPDX-License-Identifier: GPL-3.0-or-later
#include "diff_chart.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

#include "painting.h"
#include "slabscope/analysis/choose_instant.h"
#include "slabscope/analysis/words.h"
#include "table_text.h"
#include "words.h"

namespace slabscope::viewer {

using analysis::TimelineColumn;
using recording::Nanoseconds;

namespace {

constexpr double kTop = 8;
constexpr int kDiffRows = 100;

bool isCount(analysis::Series series) {
  return series == analysis::Series::kStores || series == analysis::Series::kSlabs;
}

QString valueText(analysis::Series series, uint64_t value) {
  return QString::fromStdString(isCount(series) ? analysis::countInWords(value)
                                                : analysis::bytesInWords(value));
}

}  // namespace

DiffChart::DiffChart(QWidget* parent) : QWidget(parent), theme_(&lightTheme()) {
  setMinimumHeight(150);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::SizeHorCursor);
  setAccessibleName(tr("Both runs over time"));
  setAccessibleDescription(tr("Left and right arrow move the new run, Home puts it back"));
}

void DiffChart::setComparison(std::shared_ptr<const Comparison> comparison) {
  comparison_ = std::move(comparison);
  shift_ = 0;
  findRange();
}

void DiffChart::setTheme(const Theme& theme) {
  theme_ = &theme;
  update();
}

void DiffChart::setSeries(analysis::Series series) {
  series_ = series;
  findRange();
}

void DiffChart::setAlignment(const std::string& mark) {
  mark_ = mark;
  findRange();
}

void DiffChart::setShift(double shift) {
  shift_ = shift;
  findRange();
}

void DiffChart::setInstant(const std::optional<analysis::Instant>& instant) {
  instant_ = instant;
  update();
}

double DiffChart::zeroOf(bool of_new) const {
  if (mark_.empty()) return 0;
  const Result<analysis::NamedInstant> old_mark = analysis::chooseInstant(run(false).scan, mark_);
  const Result<analysis::NamedInstant> new_mark = analysis::chooseInstant(run(true).scan, mark_);
  if (!old_mark || !new_mark) return 0;
  return static_cast<double>((of_new ? new_mark : old_mark)->instant.t);
}

double DiffChart::shownTime(bool of_new, Nanoseconds t) const {
  return static_cast<double>(t) - zeroOf(of_new) + (of_new ? shift_ : 0);
}

void DiffChart::findRange() {
  update();
  if (comparison_ == nullptr) return;
  from_ = std::min(shownTime(false, 0), shownTime(true, 0));
  until_ = std::max(
      {shownTime(false, run(false).scan.duration), shownTime(true, run(true).scan.duration), from_ + 1});
  uint64_t most = 1;
  for (const bool of_new : {false, true}) {
    for (const TimelineColumn& column : columnsOf(of_new, from_, until_, 1)) {
      if (!column.value.empty()) most = std::max(most, column.value.max);
    }
  }
  most_ = static_cast<double>(most) * 1.06;
}

std::vector<TimelineColumn> DiffChart::columnsOf(bool of_new, double from, double until, size_t count) const {
  // Of the run's own time.
  const double offset = shownTime(of_new, 0);
  const analysis::Diff& diff = comparison_->diff;
  // Before it only what was still alive then would be seen.
  const Nanoseconds kept_from = (of_new ? diff.after : diff.before).front().kept_from;
  const auto own = [&](double t) {
    return std::max(kept_from, static_cast<Nanoseconds>(std::max(0.0, t - offset)));
  };
  if (own(until) <= own(from)) return {};
  return run(of_new).timeline.columns(series_, own(from), own(until), count);
}

QRectF DiffChart::plot() const {
  return {kGutter - kMargin, kTop, std::max(1.0, width() - kGutter + kMargin),
          std::max(1.0, height() - kTop - kTimeAxis)};
}

Axis DiffChart::timeAxis() const {
  return {from_, until_, plot().left(), plot().right()};
}

Axis DiffChart::valueAxis() const {
  return {0, most_, plot().bottom(), plot().top()};
}

void DiffChart::paintRun(QPainter& painter, bool of_new) const {
  const Axis time = timeAxis();
  const Axis value = valueAxis();
  const double offset = shownTime(of_new, 0);
  const QColor colour = of_new ? newColour(*theme_) : oldColour(*theme_);
  QColor fill = colour;
  fill.setAlphaF(of_new ? 0.20F : 0.28F);
  const auto columns = columnsOf(of_new, from_, until_, static_cast<size_t>(plot().width() / 2));
  // One area: columns that are half transparent would show where they meet.
  QPolygonF area;
  std::vector<QRectF> line;
  std::optional<double> before;
  double end = plot().left();
  for (const TimelineColumn& column : columns) {
    if (column.value.empty()) continue;
    const double left = time.toPixel(static_cast<double>(column.from) + offset);
    const double right = time.toPixel(static_cast<double>(column.until) + offset);
    const double least = value.toPixel(static_cast<double>(column.value.min));
    const double most = value.toPixel(static_cast<double>(column.value.max));
    if (area.isEmpty()) area << QPointF(left, plot().bottom());
    area << QPointF(left, least) << QPointF(right, least);
    end = right;
    // The line has no gaps where the value jumps from one column to the next.
    const double top = before ? std::min(most, *before) : most;
    line.emplace_back(left, top - 0.75, std::max(1.0, right - left), std::max(1.5, least - top + 1.5));
    before = least;
  }
  area << QPointF(end, plot().bottom());
  painter.setPen(Qt::NoPen);
  painter.setBrush(fill);
  painter.drawPolygon(area);
  for (const QRectF& part : line) painter.fillRect(part, colour);
}

void DiffChart::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), theme_->window);
  if (comparison_ == nullptr) return;
  const Axis time = timeAxis();
  const Axis value = valueAxis();
  const int rows = std::max(2, static_cast<int>(plot().height() / 36));
  paintAxes(painter, *theme_, plot(), time, timeTicks(from_, until_, static_cast<int>(plot().width() / 90)),
            value, isCount(series_) ? countTicks(0, most_, rows) : byteTicks(0, most_, rows));
  painter.save();
  painter.setClipRect(plot());
  paintRun(painter, false);
  paintRun(painter, true);
  const analysis::Diff& diff = comparison_->diff;
  for (const bool of_new : {false, true}) {
    const analysis::RunFigures& figures = (of_new ? diff.after : diff.before).front();
    const double x = time.toPixel(shownTime(of_new, std::min(figures.t, run(of_new).scan.duration)));
    paintTimeLine(painter, plot(), x, of_new ? newColour(*theme_) : oldColour(*theme_), Qt::DashLine);
  }
  if (instant_)
    paintTimeLine(painter, plot(), time.toPixel(shownTime(true, instant_->t)), newColour(*theme_));
  painter.restore();
  if (hasFocus()) paintFocus(painter, *theme_, plot());
}

QString DiffChart::tooltipAt(double x) const {
  const double t = timeAxis().toValue(x);
  const double width = 1 / timeAxis().scale();
  QString words = durationText(static_cast<Nanoseconds>(std::fabs(t)));
  if (t < 0) words.prepend('-');
  for (const bool of_new : {false, true}) {
    const auto columns = columnsOf(of_new, t, t + width, 1);
    const bool none = columns.empty() || columns.front().value.empty();
    words += (of_new ? tr("\nnew: ") : tr("\nold: ")) +
             (none ? tr("nothing") : valueText(series_, columns.front().value.max));
  }
  return words;
}

RowsModel& DiffChart::rows() {
  std::vector<RowsModel::Row> rows;
  for (int i = 0; comparison_ != nullptr && i < kDiffRows; ++i) {
    const auto at = [&](int row) { return from_ + (until_ - from_) * row / kDiffRows; };
    RowsModel::Row row = {{QString::number(at(i) / 1e9, 'f', 3) + " s", at(i)}};
    for (const bool of_new : {false, true}) {
      const auto columns = columnsOf(of_new, at(i), at(i + 1), 1);
      const bool none = columns.empty() || columns.front().value.empty();
      row.push_back(none ? RowsModel::Cell{}
                         : RowsModel::Cell{valueText(series_, columns.front().value.max),
                                           figureOf(columns.front().value.max)});
    }
    rows.push_back(std::move(row));
  }
  rows_.set({tr("From"), tr("Old, most"), tr("New, most")}, std::move(rows));
  return rows_;
}

void DiffChart::moveTo(double shift) {
  setShift(shift);
  emit shifted(shift);
}

void DiffChart::mousePressEvent(QMouseEvent* event) {
  if (comparison_ == nullptr || event->button() != Qt::LeftButton) return;
  pressed_x_ = event->position().x();
  pressed_shift_ = shift_;
}

void DiffChart::mouseMoveEvent(QMouseEvent* event) {
  if (comparison_ == nullptr) return;
  const double x = event->position().x();
  if (pressed_x_) {
    moveTo(pressed_shift_ + (x - *pressed_x_) / timeAxis().scale());
  } else if (plot().contains(event->position())) {
    QToolTip::showText(event->globalPosition().toPoint(), tooltipAt(x), this);
  }
}

void DiffChart::mouseReleaseEvent(QMouseEvent* /*event*/) {
  pressed_x_.reset();
}

void DiffChart::mouseDoubleClickEvent(QMouseEvent* /*event*/) {
  if (comparison_ != nullptr) moveTo(0);
}

void DiffChart::keyPressEvent(QKeyEvent* event) {
  if (comparison_ == nullptr) return QWidget::keyPressEvent(event);
  const double step = 5 / timeAxis().scale();
  if (event->key() == Qt::Key_Left) {
    moveTo(shift_ - step);
  } else if (event->key() == Qt::Key_Right) {
    moveTo(shift_ + step);
  } else if (event->key() == Qt::Key_Home) {
    moveTo(0);
  } else {
    QWidget::keyPressEvent(event);
  }
}

}  // namespace slabscope::viewer
