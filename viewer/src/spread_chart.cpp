// SPDX-License-Identifier: GPL-3.0-or-later
#include "spread_chart.h"

#include <QComboBox>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

#include "caller_costs.h"
#include "choice.h"
#include "diff_chart.h"
#include "painting.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

constexpr size_t kBins = 20;
constexpr double kTop = 4;
constexpr double kLeft = 52;
// However narrow the picture is, all of its caption is read.
constexpr int kCaptionFlags = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;

QFont captionFont() {
  return textFont(11);
}

std::vector<Tick> percentTicks(double most, double step) {
  std::vector<Tick> ticks;
  for (double value = 0; value <= most; value += step)
    ticks.push_back({value, QString::number(100 * value, 'f', 0) + " %"});
  return ticks;
}

}  // namespace

SpreadChart::SpreadChart(QWidget* parent)
    : QWidget(parent),
      theme_(&lightTheme()),
      choice_(makeChoice(tr("Figure of the slabs"), spreadFigureNames(), this)) {
  setMinimumHeight(140);
  setMouseTracking(true);
  setAccessibleName(tr("Slabs of both runs, by how many are how large"));
  setAccessibleDescription(tr("The table of the data has the same figures."));
  connect(choice_, &QComboBox::currentIndexChanged, this, &SpreadChart::count);
}

SpreadFigure SpreadChart::figure() const {
  return static_cast<SpreadFigure>(choice_->currentIndex());
}

void SpreadChart::setComparison(std::shared_ptr<const Comparison> comparison) {
  comparison_ = std::move(comparison);
  count();
}

void SpreadChart::setTheme(const Theme& theme) {
  theme_ = &theme;
  choice_->setPalette(theme.palette());
  update();
}

void SpreadChart::count() {
  spread_ = {};
  most_ = 1;
  caption_.clear();
  update();
  if (comparison_ == nullptr) return;
  spread_ = spreadOf(comparison_->before.slabs, comparison_->after.slabs, figure(), kBins);
  double most = 0;
  for (size_t bin = 0; bin < spread_.before.size(); ++bin)
    most = std::max({most, shareIn(false, bin), shareIn(true, bin)});
  most_ = most == 0 ? 1 : most * 1.06;
  if (slabsOf(false) + slabsOf(true) == 0) return;
  const auto medianOf = [&](const ComparedRun& run) {
    if (!run.scan.knowsSlices() && run.slabs.of(figure()).empty()) return tr("not known");
    return inWords(figure(), quantileOf(run.slabs.of(figure()), 0.5));
  };
  caption_ = tr("median %1, then %2 · share of each run's slabs")
                 .arg(medianOf(comparison_->before), medianOf(comparison_->after));
}

void SpreadChart::resizeEvent(QResizeEvent* /*event*/) {
  choice_->setGeometry(0, static_cast<int>(kTop), std::min(width(), choice_->sizeHint().width()),
                       choice_->sizeHint().height());
}

QRectF SpreadChart::captionPlace() const {
  const QRectF below(0, choice_->geometry().bottom() + 1 + kTop, std::max(1.0, width() - kMargin), height());
  const QRectF words = QFontMetricsF(captionFont()).boundingRect(below, kCaptionFlags, caption_);
  return {below.left(), below.top(), below.width(), words.height()};
}

QRectF SpreadChart::plot() const {
  const double top = captionPlace().bottom() + kTop;
  return {kLeft, top, std::max(1.0, width() - kLeft - kMargin), std::max(1.0, height() - top - kTimeAxis)};
}

Axis SpreadChart::valueAxis() const {
  return {0, spread_.step * static_cast<double>(std::max<size_t>(spread_.before.size(), 1)), plot().left(),
          plot().right()};
}

Axis SpreadChart::shareAxis() const {
  return {0, most_, plot().bottom(), plot().top()};
}

size_t SpreadChart::slabsOf(bool of_new) const {
  return (of_new ? comparison_->after : comparison_->before).slabs.of(figure()).size();
}

double SpreadChart::shareIn(bool of_new, size_t bin) const {
  const size_t all = slabsOf(of_new);
  const size_t here = (of_new ? spread_.after : spread_.before)[bin];
  return all == 0 ? 0 : static_cast<double>(here) / static_cast<double>(all);
}

QRectF SpreadChart::barOf(bool of_new, size_t bin) const {
  const double share = shareIn(of_new, bin);
  if (share == 0) return {};
  const double width = plot().width() / static_cast<double>(spread_.before.size());
  const double half = std::max(1.0, width / 2 - 1);
  const double left = plot().left() + width * static_cast<double>(bin) + (of_new ? width / 2 : 1);
  // One slab of thousands is seen too.
  const double high = std::max(2.0, plot().bottom() - shareAxis().toPixel(share));
  return {left, plot().bottom() - high, half, high};
}

QString SpreadChart::rangeOf(size_t bin) const {
  const double from = spread_.step * static_cast<double>(bin);
  if (figure() == SpreadFigure::kSlices) {
    const double first = std::ceil(from - 1e-6);
    const double last = std::max(first, std::ceil(from + spread_.step - 1e-6) - 1);
    return first == last ? inWords(figure(), first)
                         : tr("%1 to %2").arg(inWords(figure(), first), inWords(figure(), last));
  }
  return tr("%1 to %2").arg(inWords(figure(), from), inWords(figure(), from + spread_.step));
}

std::vector<Tick> SpreadChart::valueTicks() const {
  const Axis axis = valueAxis();
  const int most = std::max(2, static_cast<int>(plot().width() / 80));
  switch (figure()) {
    case SpreadFigure::kUtilisation:
      return percentTicks(1, most > 2 ? 0.25 : 0.5);
    case SpreadFigure::kSlices:
      return countTicks(axis.from, axis.to, most);
    case SpreadFigure::kAge:
      return timeTicks(axis.from, axis.to, most);
    default:
      return byteTicks(axis.from, axis.to, most);
  }
}

void SpreadChart::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), theme_->window);
  if (comparison_ == nullptr) return;
  if (slabsOf(false) + slabsOf(true) == 0) {
    paintEmpty(painter, *theme_, plot(), tr("Neither run has a slab at its instant."));
    return;
  }
  const double step = most_ > 0.5 ? 0.25 : most_ > 0.2 ? 0.1 : 0.05;
  paintAxes(painter, *theme_, plot(), valueAxis(), valueTicks(), shareAxis(), percentTicks(most_, step));
  for (size_t bin = 0; bin < spread_.before.size(); ++bin) {
    painter.fillRect(barOf(false, bin), DiffChart::oldColour(*theme_));
    painter.fillRect(barOf(true, bin), DiffChart::newColour(*theme_));
  }
  painter.setFont(captionFont());
  painter.setPen(theme_->muted);
  painter.drawText(captionPlace(), kCaptionFlags, caption_);
}

void SpreadChart::mouseMoveEvent(QMouseEvent* event) {
  if (comparison_ == nullptr || spread_.before.empty() || !plot().contains(event->position())) return;
  const double place = (event->position().x() - plot().left()) / plot().width();
  const size_t bin = std::min(spread_.before.size() - 1,
                              static_cast<size_t>(place * static_cast<double>(spread_.before.size())));
  const auto told = [&](bool of_new) {
    const size_t here = (of_new ? spread_.after : spread_.before)[bin];
    return tr("%1 of %2").arg(countText(here), counted(slabsOf(of_new), "slab"));
  };
  QToolTip::showText(event->globalPosition().toPoint(),
                     tr("%1\nold: %2\nnew: %3").arg(rangeOf(bin), told(false), told(true)), this);
}

RowsModel& SpreadChart::rows() {
  std::vector<RowsModel::Row> rows;
  for (size_t bin = 0; bin < spread_.before.size(); ++bin)
    rows.push_back({{rangeOf(bin), {}}, countCell(spread_.before[bin]), countCell(spread_.after[bin])});
  rows_.set({choice_->currentText(), tr("Slabs, old"), tr("Slabs, new")}, std::move(rows));
  return rows_;
}

}  // namespace slabscope::viewer
