// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview_view.h"

#include <QMouseEvent>
#include <QPolygonF>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <utility>

#include "slabscope/analysis/words.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

constexpr double kFigures = 66;  // the row of figures under the heading
constexpr double kEvents = 34;
constexpr double kMap = 38;

QString extentText(const analysis::Extent& extent) {
  if (extent.min == extent.max) return bytes(extent.max);
  return OverviewView::tr("%1 to %2").arg(bytes(extent.min), bytes(extent.max));
}

struct Overtaken {};

}  // namespace

OverviewView::OverviewView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      gestures_(selection, *this),
      latest_([this](const std::shared_ptr<const Detail>& detail) {
        detail_ = detail;
        update();
      }) {
  setMinimumSize(560, 420);
  setAccessibleName(tr("Memory over time"));
  soon_.setSingleShot(true);
  soon_.setInterval(120);
  connect(&soon_, &QTimer::timeout, this, &OverviewView::refine);
}

void OverviewView::recordingChanged() {
  detail_.reset();
  latest_.forget();
  if (recording() != nullptr) gestures_.setWhole(wholeRange());
  selectionChanged();
}

void OverviewView::selectionChanged() {
  soon_.start();
  update();
}

void OverviewView::resizeEvent(QResizeEvent* /*event*/) {
  soon_.start();
}

bool OverviewView::isFineEnough(const analysis::Timeline& timeline) const {
  const double pixel = static_cast<double>(shownRange().length()) / bytesPlot().width();
  return timeline.binWidth() == 1 || static_cast<double>(timeline.binWidth()) <= pixel;
}

const analysis::Timeline& OverviewView::timeline() const {
  const TimeRange range = shownRange();
  const bool covered = detail_ != nullptr && detail_->recording.get() == recording() &&
                       detail_->range.from <= range.from && range.until <= detail_->range.until;
  return covered ? detail_->timeline : recording()->timeline;
}

void OverviewView::refine() {
  if (recording() == nullptr || isFineEnough(timeline())) return;
  const TimeRange range = shownRange();
  const TimeRange whole = wholeRange();
  // With what is beside it, for who moves on.
  const recording::Nanoseconds beside = range.length() / 2;
  const TimeRange wide{range.from - std::min(beside, range.from - std::min(whole.from, range.from)),
                       std::min(range.until + beside, whole.until)};
  latest_.ask([loaded = sharedRecording(), wide](const std::atomic<bool>& stop) {
    const auto progress = [&stop](uint64_t /*events*/) {
      if (stop) throw Overtaken();
    };
    try {
      Result<analysis::Timeline> timeline =
          loaded->timeline.finer(loaded->scan, {wide.from, wide.until}, progress);
      // A file that is gone meanwhile: what is shown is coarser, and true.
      if (!timeline) return std::shared_ptr<const Detail>();
      return std::make_shared<const Detail>(Detail{loaded, wide, std::move(*timeline)});
    } catch (const Overtaken&) {
      return std::shared_ptr<const Detail>();
    }
  });
}

void OverviewView::settle() {
  soon_.stop();
  refine();
  latest_.settle();
}

std::vector<analysis::TimelineColumn> OverviewView::columnsOf(analysis::Series series) const {
  const TimeRange range = shownRange();
  return timeline().columns(series, range.from, range.until, static_cast<size_t>(bytesPlot().width()));
}

uint64_t OverviewView::mostOf(analysis::Series series) const {
  uint64_t most = 0;
  for (const analysis::TimelineColumn& column : columnsOf(series)) most = std::max(most, column.value.max);
  return most;
}

analysis::Extent OverviewView::valueAt(analysis::Series series, recording::Nanoseconds t) const {
  const auto columns = timeline().columns(series, t, t + 1, 1);
  return columns.empty() ? analysis::Extent{} : columns.front().value;
}

double OverviewView::lowerEdge() const {
  return height() - kTimeAxis - (picks().range ? kMap + 12 : 0);
}

QRectF OverviewView::eventsPlot() const {
  return {kGutter, lowerEdge() - kEvents, std::max(1.0, width() - kGutter - kMargin), kEvents};
}

QRectF OverviewView::bytesPlot() const {
  const double top = kHeading + kFigures + kSectionLine;
  const double room = eventsPlot().top() - 10 - kSectionLine - top;
  return {kGutter, top, eventsPlot().width(), std::max(1.0, std::round(room * 0.68))};
}

QRectF OverviewView::rssPlot() const {
  const double top = bytesPlot().bottom() + kSectionLine;
  return {kGutter, top, eventsPlot().width(), std::max(1.0, eventsPlot().top() - 10 - top)};
}

QRectF OverviewView::mapPlot() const {
  return {kGutter, height() - kMap - 8, eventsPlot().width(), kMap};
}

QRectF OverviewView::allPlots() const {
  return bytesPlot().united(eventsPlot());
}

Axis OverviewView::timeAxis() const {
  const TimeRange range = shownRange();
  const QRectF plot = bytesPlot();
  return {static_cast<double>(range.from), static_cast<double>(range.until), plot.left(), plot.right()};
}

Axis OverviewView::mapAxis() const {
  const TimeRange range = wholeRange();
  return {static_cast<double>(range.from), static_cast<double>(range.until), mapPlot().left(),
          mapPlot().right()};
}

Axis OverviewView::bytesAxis() const {
  const auto most = static_cast<double>(std::max<uint64_t>(mostOf(analysis::Series::kStoreBytes), 1));
  return {0, most * 1.06, bytesPlot().bottom(), bytesPlot().top()};
}

Axis OverviewView::rssAxis() const {
  const auto most = static_cast<double>(std::max<uint64_t>(mostOf(analysis::Series::kRss), 1));
  return {0, most * 1.1, rssPlot().bottom(), rssPlot().top()};
}

QPointF OverviewView::bytesPoint(recording::Nanoseconds t, uint64_t bytes) const {
  return {timeAxis().toPixel(static_cast<double>(t)), bytesAxis().toPixel(static_cast<double>(bytes))};
}

std::vector<OverviewView::Line> OverviewView::lines() const {
  using analysis::Series;
  return {{Series::kStoreBytes, theme().stores, tr("all stores")},
          {Series::kSlabBytes, theme().slabs, tr("slabs among them")},
          {Series::kLiveBytes, theme().live.darker(theme().dark ? 90 : 135), tr("live in the slabs")}};
}

std::vector<std::pair<QString, QString>> OverviewView::figures() const {
  const analysis::InstantReport& end = recording()->at_end;
  const analysis::InstantReport& peak = recording()->at_peak;
  const uint64_t slabs = end.pool.slabs + end.native_pool.slabs;
  const uint64_t slab_bytes = end.pool.bytes + end.native_pool.bytes;
  const uint64_t live = end.pool.live_bytes + end.native_pool.live_bytes;
  const double used =
      slab_bytes == 0 ? 0 : 100.0 * static_cast<double>(live) / static_cast<double>(slab_bytes);
  std::vector<std::pair<QString, QString>> all = {
      {tr("Stores at the peak, %1").arg(timeText(peak.at.instant.t)), bytes(peak.totals.store_bytes)},
      {tr("Stores at the end"), bytes(end.totals.store_bytes)},
      {tr("%1 at the end").arg(QString::fromStdString(analysis::counted(slabs, "slab"))), bytes(slab_bytes)},
      {tr("Live in them, %1 %").arg(used, 0, 'f', 1), bytes(live)}};
  if (recording()->scan.rss_max != 0) all.emplace_back(tr("Largest RSS"), bytes(recording()->scan.rss_max));
  return all;
}

void OverviewView::paintFigures(QPainter& painter) const {
  const auto all = figures();
  const double step = (width() - 2 * kMargin + 10) / static_cast<double>(all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    const QRectF card(kMargin + step * static_cast<double>(i), kHeading, step - 10, kFigures - 12);
    painter.setPen(QPen(theme().grid, 1));
    painter.setBrush(theme().panel);
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    const QRectF inside = card.adjusted(12, 6, -8, -6);
    painter.setFont(textFont(11));
    painter.setPen(theme().muted);
    painter.drawText(inside, Qt::AlignLeft | Qt::AlignTop,
                     QFontMetricsF(textFont(11)).elidedText(all[i].first, Qt::ElideRight, inside.width()));
    QFont large = textFont(17);
    large.setWeight(QFont::DemiBold);
    painter.setFont(large);
    painter.setPen(theme().text);
    painter.drawText(inside, Qt::AlignLeft | Qt::AlignBottom,
                     QFontMetricsF(large).elidedText(all[i].second, Qt::ElideRight, inside.width()));
  }
}

void OverviewView::paintSeries(QPainter& painter, const QRectF& plot, const Axis& axis,
                               const Line& one) const {
  const Axis time = timeAxis();
  painter.save();
  painter.setClipRect(plot);
  QColor fill = one.colour;
  fill.setAlphaF(theme().dark ? 0.42F : 0.38F);
  QColor spread = one.colour;
  spread.setAlphaF(0.75F);
  // Up to the least of a column everything was filled all the time; between least and most it came and went.
  // One polygon: a rectangle for each column would be painted pixel by pixel.
  QPolygonF filled;
  filled << QPointF(plot.left(), plot.bottom());
  std::vector<QRectF> spreads;
  double end = plot.left();
  for (const analysis::TimelineColumn& column : columnsOf(one.series)) {
    if (column.value.empty()) continue;
    const double left = std::max(time.toPixel(static_cast<double>(column.from)), plot.left());
    const double right = std::min(time.toPixel(static_cast<double>(column.until)), plot.right());
    const double least = axis.toPixel(static_cast<double>(column.value.min));
    const double most = axis.toPixel(static_cast<double>(column.value.max));
    if (left > end) filled << QPointF(end, plot.bottom()) << QPointF(left, plot.bottom());
    filled << QPointF(left, least) << QPointF(right, least);
    end = right;
    if (column.value.max == 0) continue;
    const QRectF between(left, most - 0.75, right - left, std::max(1.5, least - most));
    // Where nothing changes neighbours are one line.
    if (!spreads.empty() && spreads.back().top() == between.top() &&
        spreads.back().height() == between.height() && spreads.back().right() >= left - 0.01) {
      spreads.back().setRight(right);
    } else {
      spreads.push_back(between);
    }
  }
  filled << QPointF(end, plot.bottom());
  painter.setPen(Qt::NoPen);
  painter.setBrush(fill);
  painter.drawPolygon(filled);
  painter.setBrush(Qt::NoBrush);
  for (const QRectF& rect : spreads) painter.fillRect(rect, spread);
  painter.restore();
}

void OverviewView::paintBytes(QPainter& painter) const {
  const QRectF plot = bytesPlot();
  const Axis axis = bytesAxis();
  const Axis time = timeAxis();
  const auto ticks = timeTicks(time.from, time.to, static_cast<int>(plot.width() / 90));
  std::vector<Tick> unlabelled = ticks;
  for (Tick& tick : unlabelled) tick.label.clear();
  paintAxes(painter, theme(), plot, time, unlabelled, axis,
            byteTicks(axis.from, axis.to, static_cast<int>(plot.height() / 40)));
  const QRectF line(plot.left(), plot.top() - kSectionLine, plot.width(), kSectionLine);
  std::vector<LegendItem> legend;
  for (const Line& one : lines()) {
    paintSeries(painter, plot, axis, one);
    legend.push_back({one.colour, one.name});
  }
  painter.setFont(textFont(12));
  painter.setPen(theme().text);
  const QString title = tr("Bytes of backing stores");
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, title);
  const double used = QFontMetricsF(textFont(12)).horizontalAdvance(title) + 24;
  paintLegend(painter, theme(), line.adjusted(used, 0, 0, 0), legend);
}

void OverviewView::paintRss(QPainter& painter) const {
  const QRectF plot = rssPlot();
  const Axis axis = rssAxis();
  const Axis time = timeAxis();
  std::vector<Tick> unlabelled = timeTicks(time.from, time.to, static_cast<int>(plot.width() / 90));
  for (Tick& tick : unlabelled) tick.label.clear();
  paintAxes(painter, theme(), plot, time, unlabelled, axis,
            byteTicks(axis.from, axis.to, std::max(2, static_cast<int>(plot.height() / 40))));
  painter.setFont(textFont(12));
  painter.setPen(theme().text);
  painter.drawText(QRectF(plot.left(), plot.top() - kSectionLine, plot.width(), kSectionLine),
                   Qt::AlignLeft | Qt::AlignVCenter, tr("Memory of the process (RSS)"));
  if (recording()->scan.rss_max == 0) {
    paintEmpty(painter, theme(), plot, tr("The recording has no memory figures."));
    return;
  }
  paintSeries(painter, plot, axis, {analysis::Series::kRss, theme().rss, {}});
}

void OverviewView::paintEvents(QPainter& painter) const {
  const QRectF plot = eventsPlot();
  const Axis time = timeAxis();
  const auto ticks = timeTicks(time.from, time.to, static_cast<int>(plot.width() / 90));
  paintAxes(painter, theme(), plot, time, ticks, {0, 1, plot.bottom(), plot.top()}, {});
  painter.setFont(textFont(11));
  painter.setPen(theme().muted);
  painter.drawText(QRectF(0, plot.top(), kGutter - 8, plot.height() / 2), Qt::AlignRight | Qt::AlignVCenter,
                   tr("full GC"));
  painter.drawText(QRectF(0, plot.center().y(), kGutter - 8, plot.height() / 2),
                   Qt::AlignRight | Qt::AlignVCenter, tr("young GC"));
  painter.save();
  painter.setClipRect(plot);
  double young_until = plot.left() - 1;
  double full_until = plot.left() - 1;
  for (const recording::Gc& gc : recording()->timeline.collections()) {
    const bool young =
        gc.kind == recording::GcKind::kScavenge || gc.kind == recording::GcKind::kMinorMarkSweep;
    const bool full = gc.kind == recording::GcKind::kMarkCompact;
    if (!young && !full) continue;
    const double left = time.toPixel(static_cast<double>(gc.t));
    const double right = time.toPixel(static_cast<double>(gc.t + gc.duration));
    // There may be more of them than pixels.
    double& until = full ? full_until : young_until;
    if (left > plot.right() || std::max(left + 1, right) <= until) continue;
    until = std::max(left + 1, right);
    const double top = full ? plot.top() + 4 : plot.center().y() + 2;
    painter.fillRect(QRectF(left, top, std::max(1.5, right - left), plot.height() / 2 - 6),
                     full ? theme().accent : theme().muted);
  }
  painter.restore();
}

void OverviewView::paintTimes(QPainter& painter) const {
  const QRectF all = allPlots();
  const QRectF plot = bytesPlot();
  const Axis time = timeAxis();
  painter.save();
  painter.setClipRect(all);
  for (const recording::Lost& lost : recording()->scan.losses) {
    const double from = time.toPixel(static_cast<double>(lost.t));
    const double until = std::max(from + 3, time.toPixel(static_cast<double>(lost.until)));
    paintHatching(painter, QRectF(from, all.top(), until - from, all.height()), theme().warning);
  }
  for (const analysis::PausedRange& pause : recording()->scan.pauses) {
    const double from = time.toPixel(static_cast<double>(pause.from));
    const double until = std::max(from + 2, time.toPixel(static_cast<double>(pause.until)));
    QColor veil = theme().muted;
    veil.setAlpha(45);
    painter.fillRect(QRectF(from, all.top(), until - from, all.height()), veil);
  }
  double free_from = plot.left();
  for (const analysis::MarkPlace& mark : recording()->scan.marks) {
    const double x = time.toPixel(static_cast<double>(mark.instant.t));
    if (x < plot.left() || x > plot.right()) continue;
    paintTimeLine(painter, all, x, theme().muted, Qt::DashLine);
    const QString name =
        QString::fromStdString(analysis::printable(recording()->scan.definitions.string(mark.name)));
    // Flags that would lie on one another are left out: the line is there, and its tooltip.
    if (x < free_from) continue;
    paintFlag(painter, theme(), plot, x, name);
    free_from = x + QFontMetricsF(textFont(11)).horizontalAdvance(name) + 20;
  }
  if (picks().instant) {
    const double x = time.toPixel(static_cast<double>(picks().instant->t));
    paintTimeLine(painter, all, x, theme().accent);
  }
  painter.restore();
  if (!in_map_) gestures_.paint(painter, theme(), all, timeAxis());
}

void OverviewView::paintMap(QPainter& painter) const {
  if (!picks().range) return;
  const QRectF plot = mapPlot();
  const Axis time = mapAxis();
  const TimeRange range = wholeRange();
  painter.fillRect(plot, theme().panel);
  const auto columns = recording()->timeline.columns(analysis::Series::kStoreBytes, range.from, range.until,
                                                     static_cast<size_t>(plot.width()));
  const auto most = static_cast<double>(std::max<uint64_t>(recording()->at_peak.totals.store_bytes, 1));
  for (const analysis::TimelineColumn& column : columns) {
    const double high = static_cast<double>(column.value.max) / most * (plot.height() - 3);
    const double left = time.toPixel(static_cast<double>(column.from));
    const double right = std::min(time.toPixel(static_cast<double>(column.until)), plot.right());
    painter.fillRect(QRectF(left, plot.bottom() - high, right - left, high), theme().stores);
  }
  QColor band = theme().accent;
  band.setAlpha(45);
  const double left = time.toPixel(static_cast<double>(picks().range->from));
  const double right = time.toPixel(static_cast<double>(picks().range->until));
  const QRectF shown(left, plot.top(), std::max(2.0, right - left), plot.height());
  painter.fillRect(shown, band);
  painter.setPen(QPen(theme().accent, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(shown);
  painter.setPen(QPen(theme().frame, 1));
  painter.drawRect(plot);
  painter.setFont(textFont(11));
  painter.setPen(theme().muted);
  painter.drawText(QRectF(0, plot.top(), kGutter - 8, plot.height()), Qt::AlignRight | Qt::AlignVCenter,
                   tr("whole"));
  if (in_map_) gestures_.paint(painter, theme(), plot, time);
}

void OverviewView::paint(QPainter& painter) {
  const analysis::Scan& scan = recording()->scan;
  const QString events = QString::fromStdString(analysis::counted(scan.integrity.events, "event"));
  paintHeading(
      painter, theme(), rect(), tr("Overview"),
      QString::fromStdString(recording()->title()) + tr(" · %1 in %2").arg(events, timeText(scan.duration)));
  paintFigures(painter);
  paintBytes(painter);
  paintRss(painter);
  paintEvents(painter);
  paintTimes(painter);
  paintMap(painter);
}

QString OverviewView::tooltipAt(const QPointF& point) const {
  if (!allPlots().contains(point)) return {};
  const recording::Nanoseconds t = timeAt(timeAxis(), point.x());
  QString text = timeText(t);
  for (const Line& one : lines()) text += "\n" + one.name + ": " + extentText(valueAt(one.series, t));
  if (const analysis::Extent rss = valueAt(analysis::Series::kRss, t); !rss.empty())
    text += tr("\nRSS: %1").arg(extentText(rss));
  for (const analysis::MarkPlace& mark : recording()->scan.marks) {
    if (std::abs(timeAxis().toPixel(static_cast<double>(mark.instant.t)) - point.x()) < 4)
      text += tr("\nmark: %1")
                  .arg(QString::fromStdString(
                      analysis::printable(recording()->scan.definitions.string(mark.name))));
  }
  return text;
}

void OverviewView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  in_map_ = picks().range && mapPlot().contains(event->position());
  gestures_.press(event->position().x());
}

void OverviewView::mouseMoveEvent(QMouseEvent* event) {
  gestures_.move(event->position().x());
  if (gestures_.dragging()) {
    update();
  } else if (recording() != nullptr) {
    QToolTip::showText(event->globalPosition().toPoint(), tooltipAt(event->position()), this);
  }
}

void OverviewView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || recording() == nullptr) return;
  const bool dragged = in_map_ ? gestures_.releaseAndShow(event->position().x(), mapAxis())
                               : gestures_.release(event->position(), timeAxis());
  if (!dragged && !in_map_ && allPlots().contains(event->position())) {
    Picks next = picks();
    next.instant = analysis::Instant{timeAt(timeAxis(), event->position().x())};
    selection().set(next);
  }
  in_map_ = false;
  update();
}

void OverviewView::wheelEvent(QWheelEvent* event) {
  if (recording() != nullptr) gestures_.wheel(*event, timeAxis(), shownRange());
}

void OverviewView::keyPressEvent(QKeyEvent* event) {
  if (recording() == nullptr || !gestures_.key(*event, shownRange())) View::keyPressEvent(event);
}

}  // namespace slabscope::viewer
