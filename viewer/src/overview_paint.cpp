// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of the Overview.
#include <QPolygonF>
#include <algorithm>
#include <cmath>

#include "overview_view.h"
#include "time_axis.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

constexpr double kCardGap = 10;
constexpr double kCallerStep = 1.5;  // pixels

// Over what is filled, where the grid behind it is hidden.
void paintGridOver(QPainter& painter, const Theme& theme, const QRectF& plot, const Axis& axis,
                   const std::vector<Tick>& ticks) {
  QPen pen(withAlpha(theme.text, 22), 1);
  pen.setCosmetic(true);
  painter.setPen(pen);
  for (const Tick& tick : ticks) {
    const double y = axis.toPixel(tick.value);
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
  }
}

std::vector<Tick> withoutLabels(std::vector<Tick> ticks) {
  for (Tick& tick : ticks) tick.label.clear();
  return ticks;
}

}  // namespace

void OverviewView::paintFigures(QPainter& painter) const {
  const auto all = figures();
  const double step = (width() - 2 * kMargin + kCardGap) / static_cast<double>(all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    const QRectF card(kMargin + step * static_cast<double>(i), kHeading, step - kCardGap, kCards - 12);
    painter.setPen(QPen(theme().grid, 1));
    painter.setBrush(theme().panel);
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    const QRectF inside = card.adjusted(12, 6, -8, -6);
    painter.setFont(textFont(11));
    painter.setPen(theme().muted);
    const QFontMetricsF metrics(textFont(11));
    const bool has_room = metrics.horizontalAdvance(all[i].name) <= inside.width();
    painter.drawText(
        inside, Qt::AlignLeft | Qt::AlignTop,
        metrics.elidedText(has_room ? all[i].name : all[i].short_name, Qt::ElideRight, inside.width()));
    QFont large = textFont(17);
    large.setWeight(QFont::DemiBold);
    painter.setFont(large);
    painter.setPen(theme().text);
    painter.drawText(inside, Qt::AlignLeft | Qt::AlignBottom,
                     QFontMetricsF(large).elidedText(all[i].value, Qt::ElideRight, inside.width()));
  }
}

// Up to the least of a column of pixels all was filled all the time; between least and most it came and went.
void OverviewView::paintSeries(QPainter& painter, const QRectF& plot, const Axis& axis,
                               const Line& one) const {
  const Axis time = timeAxis();
  // Polygons: a rectangle for each column would be painted pixel by pixel.
  QPolygonF always;
  QPolygonF ever;
  double end = plot.left();
  always << QPointF(end, plot.bottom());
  ever << QPointF(end, plot.bottom());
  for (const analysis::TimelineColumn& column : columnsOf(one.series)) {
    if (column.value.empty()) continue;
    const double left = std::max(time.toPixel(static_cast<double>(column.from)), plot.left());
    const double right = std::min(time.toPixel(static_cast<double>(column.until)), plot.right());
    const double least = axis.toPixel(static_cast<double>(column.value.min));
    const double most = axis.toPixel(static_cast<double>(column.value.max));
    if (left > end) {
      for (QPolygonF* area : {&always, &ever})
        *area << QPointF(end, plot.bottom()) << QPointF(left, plot.bottom());
    }
    always << QPointF(left, least) << QPointF(right, least);
    ever << QPointF(left, most) << QPointF(right, most);
    end = right;
  }
  always << QPointF(end, plot.bottom());
  ever << QPointF(end, plot.bottom());
  painter.save();
  painter.setClipRect(plot);
  painter.setPen(Qt::NoPen);
  painter.setBrush(withAlpha(one.colour, 130));
  painter.drawPolygon(ever);
  painter.setBrush(one.colour);
  painter.drawPolygon(always);
  painter.restore();
}

void OverviewView::paintCaller(QPainter& painter) const {
  const analysis::Averages* live = callerLine();
  if (live == nullptr) return;
  const QRectF plot = bytesPlot();
  const Axis time = timeAxis();
  const Axis axis = bytesAxis();
  QPolygonF line;
  for (double x = plot.left(); x < plot.right(); x += kCallerStep) {
    const double average = live->over(timeAt(time, x), timeAt(time, x + kCallerStep));
    line << QPointF(x + kCallerStep / 2, axis.toPixel(average));
  }
  painter.save();
  painter.setClipRect(plot.adjusted(0, -2, 0, 2));
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme().panel, 4));
  painter.drawPolyline(line);
  painter.setPen(QPen(theme().accent, 2));
  painter.drawPolyline(line);
  painter.restore();
}

// From when to when the picked slab lived, along the bottom.
void OverviewView::paintSlab(QPainter& painter) const {
  if (!picks().slab || !recording()->has_lives) return;
  const analysis::SlabLife* slab = recording()->lives.find(picks().slab);
  if (slab == nullptr) return;
  const QRectF plot = bytesPlot();
  const Axis time = timeAxis();
  const double died = slab->life.hasDied() ? static_cast<double>(slab->life.died) : time.to;
  const double left =
      std::clamp(time.toPixel(static_cast<double>(slab->life.born)), plot.left(), plot.right());
  const double right = std::clamp(time.toPixel(died), plot.left(), plot.right());
  if (right <= plot.left() || left >= plot.right()) return;
  const QRectF bar(left, plot.bottom() - 5, std::max(2.0, right - left), 5);
  painter.fillRect(bar.adjusted(0, -1, 0, 0), theme().panel);
  painter.fillRect(bar, theme().accent);
  paintFlag(painter, theme(), QRectF(plot.left(), bar.top() - 23, plot.width(), 20), left,
            tr("slab %1").arg(slab->store.value));
}

void OverviewView::paintBytes(QPainter& painter) const {
  const QRectF plot = bytesPlot();
  const Axis axis = bytesAxis();
  const Axis time = timeAxis();
  const auto values = byteTicks(axis.from, axis.to, static_cast<int>(plot.height() / 40));
  paintAxes(painter, theme(), plot, time,
            withoutLabels(timeTicks(time.from, time.to, static_cast<int>(plot.width() / 90))), axis, values);
  std::vector<LegendItem> legend;
  for (const Line& one : lines()) {
    paintSeries(painter, plot, axis, one);
    legend.push_back({one.colour, one.name});
  }
  paintGridOver(painter, theme(), plot, axis, values);
  paintCaller(painter);
  paintSlab(painter);
  if (callerLine() != nullptr)
    legend.push_back(
        {theme().accent,
         tr("live in slabs through %1, on average").arg(recording()->callerName(*picks().caller))});
  for (const LegendItem& item : legendOfTimes(theme(), recording()->scan)) legend.push_back(item);

  const QRectF line(plot.left(), plot.top() - kSectionLine, plot.width(), kSectionLine);
  paintLegend(painter, theme(), paintSectionTitle(painter, theme(), line, tr("Bytes of backing stores")),
              legend);
}

void OverviewView::paintRss(QPainter& painter) const {
  const QRectF plot = rssPlot();
  const Axis axis = rssAxis();
  const Axis time = timeAxis();
  const auto values = byteTicks(axis.from, axis.to, std::max(2, static_cast<int>(plot.height() / 40)));
  paintAxes(painter, theme(), plot, time,
            withoutLabels(timeTicks(time.from, time.to, static_cast<int>(plot.width() / 90))), axis, values);
  paintSectionTitle(painter, theme(), {plot.left(), plot.top() - kSectionLine, plot.width(), kSectionLine},
                    tr("Memory of the process (RSS)"));
  if (recording()->scan.rss_max == 0) {
    paintEmpty(painter, theme(), plot, tr("The recording has no memory figures."));
    return;
  }
  paintSeries(painter, plot, axis, {analysis::Series::kRss, mix(theme().panel, theme().rss, 0.55), {}});
  paintGridOver(painter, theme(), plot, axis, values);
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

TimeMarks OverviewView::timeMarks(const QRectF& plot) const {
  return {theme(), recording()->scan, timeAxis(), plot, picks().instant};
}

void OverviewView::paintMap(QPainter& painter) const {
  if (!picks().range) return;
  const QRectF plot = mapPlot();
  const Axis time = mapAxis();
  const TimeRange range = recording()->wholeRange();
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
  const double left = time.toPixel(static_cast<double>(picks().range->from));
  const double right = time.toPixel(static_cast<double>(picks().range->until));
  const QRectF shown(left, plot.top(), std::max(2.0, right - left), plot.height());
  painter.fillRect(shown, withAlpha(theme().accent, 45));
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
  const QString events = counted(scan.integrity.events + scan.header.dropped.events, "event");
  paintHeading(painter, theme(), rect(), tr("Overview"),
               recording()->title() + tr(" · %1 in %2").arg(events, timeText(scan.duration)));
  paintFigures(painter);
  paintBytes(painter);
  paintRss(painter);
  paintEvents(painter);
  timeMarks(allPlots()).paint(painter, true);
  if (!in_map_) gestures_.paint(painter, theme(), allPlots(), timeAxis());
  paintMap(painter);
}

}  // namespace slabscope::viewer
