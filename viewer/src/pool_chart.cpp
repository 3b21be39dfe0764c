// SPDX-License-Identifier: GPL-3.0-or-later
#include "pool_chart.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "byte_states.h"
#include "caller_costs.h"
#include "slabscope/analysis/words.h"
#include "time_axis.h"
#include "time_marks.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::ByteState;

constexpr uint64_t kChartRows = 100;

uint64_t rounded(double bytes) {
  return static_cast<uint64_t>(std::llround(bytes));
}

}  // namespace

PoolChart::PoolChart(Selection& selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      gestures_(selection, *this),
      theme_(&lightTheme()),
      usage_([](const analysis::SlabUsage& one) { return one.states.front().binWidth(); },
             [this] {
               findStacks();
               update();
             }) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Use of all slabs over time"));
}

void PoolChart::setRecording(std::shared_ptr<const Loaded> recording) {
  recording_ = std::move(recording);
  stacks_.clear();
  if (recording_ == nullptr || recording_->lives.slabs.empty()) {
    usage_.clear();
  } else {
    const TimeRange whole = recording_->wholeRange();
    gestures_.setWhole(whole);
    usage_.set(whole, [loaded = recording_](const TimeRange& range, const analysis::Progress& progress) {
      return std::make_shared<const analysis::SlabUsage>(analysis::slabUsage(loaded->lives, range, progress));
    });
  }
  update();
}

void PoolChart::setTheme(const Theme& theme) {
  theme_ = &theme;
  update();
}

void PoolChart::setRange(const TimeRange& shown) {
  range_ = shown;
  look();
}

void PoolChart::resizeEvent(QResizeEvent* /*event*/) {
  look();
}

void PoolChart::look() {
  usage_.show(range_, plot().width());
  findStacks();
  update();
}

QRectF PoolChart::plot() const {
  return {kGutter - kMargin, kSectionLine, std::max(1.0, width() - kGutter + kMargin),
          std::max(1.0, height() - kSectionLine - kTimeAxis)};
}

Axis PoolChart::timeAxis() const {
  return timeAxisOf(range_, plot());
}

Axis PoolChart::bytesAxis() const {
  return {0, most_, plot().bottom(), plot().top()};
}

QPointF PoolChart::pointOf(recording::Nanoseconds t, double bytes) const {
  return {timeAxis().toPixel(static_cast<double>(t)), bytesAxis().toPixel(bytes)};
}

PoolChart::Stack PoolChart::stackOf(recording::Nanoseconds from, recording::Nanoseconds until) const {
  Stack stack{};
  double sum = 0;
  for (size_t i = 0; i < kByteStatesInOrder.size(); ++i)
    stack[i] = sum += usage()->of(kByteStatesInOrder[i]).over(from, std::max(until, from + 1));
  return stack;
}

// Kept between the pictures of one range: a pointer that moves over the chart has it painted anew.
void PoolChart::findStacks() {
  stacks_.clear();
  if (usage() == nullptr || range_.length() == 0) return;
  const Axis time = timeAxis();
  const auto columns = static_cast<size_t>(plot().width());
  double most = 1;
  for (size_t i = 0; i < columns; ++i) {
    const double left = plot().left() + static_cast<double>(i);
    stacks_.push_back(stackOf(timeAt(time, left), timeAt(time, left + 1)));
    most = std::max(most, stacks_.back().back());
  }
  most_ = most * 1.06;
}

void PoolChart::paintStates(QPainter& painter) const {
  const Axis axis = bytesAxis();
  // From the top down: each covers what is above its own.
  for (size_t i = kByteStatesInOrder.size(); i-- > 0;) {
    QPolygonF area;
    area << plot().bottomLeft();
    double edge = plot().left();
    bool has_any = false;
    for (const Stack& stack : stacks_) {
      const double top = axis.toPixel(stack[i]);
      area << QPointF(edge, top) << QPointF(edge + 1, top);
      has_any = has_any || stack[i] > (i == 0 ? 0 : stack[i - 1]);
      edge += 1;
    }
    area << QPointF(edge, plot().bottom());
    if (!has_any) continue;
    const ByteState state = kByteStatesInOrder[i];
    painter.setPen(Qt::NoPen);
    painter.setBrush(isHatched(state) || state == ByteState::kFree ? theme_->panel : theme_->of(state));
    painter.drawPolygon(area);
    if (!isHatched(state)) continue;
    QPainterPath outline;
    outline.addPolygon(area);
    painter.save();
    painter.setClipPath(outline, Qt::IntersectClip);
    paintHatching(painter, area.boundingRect(), theme_->of(state));
    painter.restore();
  }
  // What is free has the colour of the ground: the outline tells it from nothing.
  QPolygonF top;
  double middle = plot().left() + 0.5;
  for (const Stack& stack : stacks_) {
    top << QPointF(middle, axis.toPixel(stack.back()));
    middle += 1;
  }
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme_->muted, 1));
  painter.drawPolyline(top);
}

std::vector<LegendItem> PoolChart::legend() const {
  std::vector<LegendItem> items;
  for (const ByteState state : kByteStatesInOrder) {
    const bool is_rare = state == ByteState::kStartup || state == ByteState::kUnseen;
    if (is_rare && usage() != nullptr && usage()->of(state).over(range_.from, range_.until) < 0.5) continue;
    items.push_back(legendOf(*theme_, state));
  }
  for (const LegendItem& item : legendOfTimes(*theme_, recording_->scan)) items.push_back(item);
  return items;
}

void PoolChart::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), theme_->window);
  if (recording_ == nullptr) return;
  const Axis time = timeAxis();
  const Axis axis = bytesAxis();
  paintAxes(painter, *theme_, plot(), time,
            timeTicks(time.from, time.to, static_cast<int>(plot().width() / 90)), axis,
            byteTicks(0, most_, std::max(2, static_cast<int>(plot().height() / 32))));
  if (stacks_.empty()) {
    paintEmpty(painter, *theme_, plot(), tr("Reading…"));
  } else {
    painter.save();
    painter.setClipRect(plot());
    paintStates(painter);
    painter.restore();
  }
  TimeMarks{*theme_, recording_->scan, time, plot(), selection_.picks().instant}.paint(painter, true);
  gestures_.paint(painter, *theme_, plot(), time);

  const QRectF line(plot().left(), 0, plot().width(), kSectionLine);
  const QString title = tr("Bytes of all slabs, on average");
  paintLegend(painter, *theme_, paintSectionTitle(painter, *theme_, line, title), legend());
  if (hasFocus()) paintFocus(painter, *theme_, plot());
}

QString PoolChart::tooltipAt(double x) const {
  const recording::Nanoseconds from = timeAt(timeAxis(), x);
  const Stack stack = stackOf(from, timeAt(timeAxis(), x + 1));
  const auto whole = rounded(stack.back());
  QString words = tr("%1: %2 of slabs").arg(timeText(from), bytes(whole));
  for (size_t i = 0; i < stack.size(); ++i) {
    const uint64_t here = rounded(stack[i] - (i == 0 ? 0 : stack[i - 1]));
    if (here == 0) continue;
    const ByteState state = kByteStatesInOrder[i];
    words +=
        tr("\n%1: %2, %3 (%4)").arg(wordsOf(state), bytes(here), percentOf(here, whole), meaningOf(state));
  }
  return words + TimeMarks{*theme_, recording_->scan, timeAxis(), plot(), {}}.namesAt(x);
}

RowsModel& PoolChart::rows() {
  QStringList headings = {tr("From"), tr("Until"), tr("Slabs")};
  for (const ByteState state : kByteStatesInOrder) headings << wordsOf(state);
  std::vector<RowsModel::Row> rows;
  const uint64_t count = std::min<uint64_t>(kChartRows, range_.length());
  for (uint64_t i = 0; usage() != nullptr && i < count; ++i) {
    const auto at = [&](uint64_t row) { return range_.from + range_.length() * row / count; };
    const Stack stack = stackOf(at(i), at(i + 1));
    RowsModel::Row row = {timeCell(at(i)), timeCell(at(i + 1)), bytesCell(rounded(stack.back()))};
    for (size_t k = 0; k < stack.size(); ++k)
      row.push_back(bytesCell(rounded(stack[k] - (k == 0 ? 0 : stack[k - 1]))));
    rows.push_back(std::move(row));
  }
  rows_.set(headings, std::move(rows));
  return rows_;
}

void PoolChart::mousePressEvent(QMouseEvent* event) {
  gestures_.press(*event);
}

void PoolChart::mouseMoveEvent(QMouseEvent* event) {
  if (!gestures_.move(*event) && !stacks_.empty() && plot().contains(event->position()))
    QToolTip::showText(event->globalPosition().toPoint(), tooltipAt(event->position().x()), this);
}

void PoolChart::mouseReleaseEvent(QMouseEvent* event) {
  if (recording_ != nullptr && gestures_.release(*event, timeAxis()) && plot().contains(event->position()))
    gestures_.pickInstant(event->position().x(), timeAxis());
}

void PoolChart::wheelEvent(QWheelEvent* event) {
  if (recording_ != nullptr) gestures_.wheel(*event, timeAxis(), range_);
}

void PoolChart::keyPressEvent(QKeyEvent* event) {
  if (recording_ == nullptr || !gestures_.key(*event, range_)) QWidget::keyPressEvent(event);
}

}  // namespace slabscope::viewer
