// SPDX-License-Identifier: GPL-3.0-or-later
#include "time_marks.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "slabscope/analysis/words.h"

namespace slabscope::viewer {
namespace {

constexpr double kNear = 4;  // pixels from a mark's line

QString trTimes(const char* text) {
  return QCoreApplication::translate("TimeMarks", text);
}

QString markName(const analysis::Scan& scan, const analysis::MarkPlace& mark) {
  return QString::fromStdString(analysis::printable(scan.definitions.string(mark.name)));
}

// Pixels from which to which something lasted: enough to be seen, and those that touch are one.
class Bands {
 public:
  explicit Bands(const TimeMarks& marks) : marks_(marks) {}

  void add(recording::Nanoseconds from, recording::Nanoseconds until) {
    const double left = std::floor(marks_.time.toPixel(static_cast<double>(from)));
    const double right = std::max(left + 2, std::ceil(marks_.time.toPixel(static_cast<double>(until))));
    if (right < marks_.plot.left() || left > marks_.plot.right()) return;
    if (!bands_.empty() && left <= bands_.back().right() + 1) {
      bands_.back().setRight(std::max(bands_.back().right(), right));
    } else {
      bands_.emplace_back(left, marks_.plot.top(), right - left, marks_.plot.height());
    }
  }
  const std::vector<QRectF>& bands() const { return bands_; }

 private:
  const TimeMarks& marks_;
  std::vector<QRectF> bands_;
};

}  // namespace

void TimeMarks::paint(QPainter& painter, bool flags) const {
  painter.save();
  painter.setClipRect(plot);
  Bands lost(*this);
  for (const recording::Lost& one : scan.losses) lost.add(one.t, one.until);
  for (const QRectF& band : lost.bands()) {
    painter.fillRect(band, withAlpha(theme.warning, 20));
    paintHatching(painter, band, withAlpha(theme.warning, 120), kWideHatching);
  }
  Bands paused(*this);
  for (const analysis::PausedRange& one : scan.pauses) paused.add(one.from, one.until);
  for (const QRectF& band : paused.bands()) painter.fillRect(band, withAlpha(theme.muted, 45));

  double free_from = plot.left();
  for (const analysis::MarkPlace& mark : scan.marks) {
    const double x = time.toPixel(static_cast<double>(mark.instant.t));
    if (x < plot.left() || x > plot.right()) continue;
    paintTimeLine(painter, plot, x, theme.muted, Qt::DashLine);
    if (!flags || x < free_from) continue;
    const QString name = markName(scan, mark);
    paintFlag(painter, theme, plot, x, name);
    free_from = x + QFontMetricsF(textFont(11)).horizontalAdvance(name) + 20;
  }
  if (instant) paintTimeLine(painter, plot, time.toPixel(static_cast<double>(instant->t)), theme.accent);
  painter.restore();
}

QString TimeMarks::namesAt(double x) const {
  QString names;
  for (const analysis::MarkPlace& mark : scan.marks) {
    if (std::abs(time.toPixel(static_cast<double>(mark.instant.t)) - x) < kNear)
      names += trTimes("\nmark: %1").arg(markName(scan, mark));
  }
  const auto t = time.toValue(x);
  const bool was_lost = std::any_of(scan.losses.begin(), scan.losses.end(), [&](const recording::Lost& one) {
    return static_cast<double>(one.t) <= t && t <= static_cast<double>(one.until);
  });
  if (was_lost) names += trTimes("\nevents were lost here");
  return names;
}

std::vector<LegendItem> legendOfTimes(const Theme& theme, const analysis::Scan& scan) {
  std::vector<LegendItem> items;
  if (!scan.losses.empty()) items.push_back({theme.warning, trTimes("events lost"), true});
  if (!scan.pauses.empty()) items.push_back({mix(theme.panel, theme.muted, 0.18), trTimes("paused")});
  return items;
}

}  // namespace slabscope::viewer
