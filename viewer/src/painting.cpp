// SPDX-License-Identifier: GPL-3.0-or-later
#include "painting.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "caller_text.h"

namespace slabscope::viewer {
namespace {

constexpr double kSwatch = 10;
constexpr double kBetweenItems = 18;
constexpr double kRoundings = 0.01;

QPen hairline(const QColor& colour) {
  QPen pen(colour, 1);
  pen.setCosmetic(true);
  return pen;
}

double widthOf(const LegendItem& item, const QFontMetricsF& metrics) {
  return kSwatch + 6 + metrics.horizontalAdvance(item.text) + kBetweenItems;
}

// With names of callers as long as they may be for all to have a place.
std::vector<LegendItem> fittedTo(double width, std::vector<LegendItem> items, const QFontMetricsF& metrics) {
  for (const double longest : {360.0, 280.0, 220.0, 170.0, 130.0}) {
    double all = -kBetweenItems;
    for (const LegendItem& item : items) all += widthOf(item, metrics);
    if (all <= width) break;
    for (LegendItem& item : items) {
      if (!item.in_full) item.text = elidedCaller(item.text, metrics, longest);
    }
  }
  return items;
}

}  // namespace

void paintHeading(QPainter& painter, const Theme& theme, const QRectF& area, const QString& title,
                  const QString& line) {
  painter.setFont(titleFont());
  painter.setPen(theme.text);
  const QRectF first(area.left() + kMargin, area.top() + 8, area.width() - 2 * kMargin, 22);
  painter.drawText(first, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                   QFontMetricsF(titleFont()).elidedText(title, Qt::ElideRight, first.width()));
  painter.setFont(textFont());
  painter.setPen(theme.muted);
  const QRectF second(first.left(), area.top() + 31, first.width(), 18);
  painter.drawText(second, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                   QFontMetricsF(textFont()).elidedText(line, Qt::ElideRight, second.width()));
}

QRectF paintSectionTitle(QPainter& painter, const Theme& theme, const QRectF& line, const QString& title) {
  painter.setFont(textFont(12));
  painter.setPen(theme.text);
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, title);
  return line.adjusted(QFontMetricsF(textFont(12)).horizontalAdvance(title) + 24, 0, 0, 0);
}

void paintAxes(QPainter& painter, const Theme& theme, const QRectF& plot, const Axis& x,
               const std::vector<Tick>& time, const Axis& y, const std::vector<Tick>& values) {
  painter.fillRect(plot, theme.panel);
  painter.setFont(textFont(11));
  const QFontMetricsF metrics(textFont(11));
  for (const Tick& tick : values) {
    const double at = y.toPixel(tick.value);
    painter.setPen(hairline(theme.grid));
    painter.drawLine(QPointF(plot.left(), at), QPointF(plot.right(), at));
    painter.setPen(theme.muted);
    painter.drawText(QRectF(plot.left() - kGutter, at - 8, kGutter - 8, 16),
                     Qt::AlignRight | Qt::AlignVCenter, tick.label);
  }
  for (const Tick& tick : time) {
    const double at = x.toPixel(tick.value);
    painter.setPen(hairline(theme.grid));
    painter.drawLine(QPointF(at, plot.top()), QPointF(at, plot.bottom()));
    painter.setPen(hairline(theme.frame));
    painter.drawLine(QPointF(at, plot.bottom()), QPointF(at, plot.bottom() + 4));
    painter.setPen(theme.muted);
    const double half = metrics.horizontalAdvance(tick.label) / 2;
    const double middle = std::min(at, plot.right() - half);
    painter.drawText(QRectF(middle - 60, plot.bottom() + 6, 120, 16), Qt::AlignHCenter | Qt::AlignVCenter,
                     tick.label);
  }
  painter.setPen(hairline(theme.frame));
  painter.drawLine(plot.bottomLeft(), plot.bottomRight());
  painter.drawLine(plot.topLeft(), plot.bottomLeft());
}

double paintLegend(QPainter& painter, const Theme& theme, const QRectF& area,
                   const std::vector<LegendItem>& items) {
  painter.setFont(textFont(11));
  const QFontMetricsF metrics(textFont(11));
  const std::vector<LegendItem> fitted = fittedTo(area.width(), items, metrics);
  double x = area.left();
  for (size_t i = 0; i < fitted.size(); ++i) {
    const double width = widthOf(fitted[i], metrics);
    const bool last = i + 1 == fitted.size();
    const double spare = last ? 0 : metrics.horizontalAdvance("+ 99 more");
    if (x + width - kBetweenItems + spare > area.right() + kRoundings) {
      painter.setPen(theme.muted);
      const QString more = QString("+ %1 more").arg(fitted.size() - i);
      painter.drawText(QRectF(x, area.top(), std::max(0.0, area.right() - x), area.height()),
                       Qt::AlignLeft | Qt::AlignVCenter, more);
      return x + metrics.horizontalAdvance(more);
    }
    const QRectF swatch(x, area.center().y() - kSwatch / 2, kSwatch, kSwatch);
    painter.fillRect(swatch, fitted[i].hatched ? theme.panel : fitted[i].colour);
    if (fitted[i].hatched) paintHatching(painter, swatch, fitted[i].colour);
    painter.setPen(hairline(theme.frame));
    painter.setBrush(Qt::NoBrush);
    if (fitted[i].hatched || fitted[i].colour == theme.panel) painter.drawRect(swatch);
    painter.setPen(theme.muted);
    painter.drawText(QRectF(x + kSwatch + 6, area.top(), width, area.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, fitted[i].text);
    x += width;
  }
  return x;
}

void paintHatching(QPainter& painter, const QRectF& area, const QColor& colour, double step) {
  if (area.width() <= 0 || area.height() <= 0) return;
  painter.save();
  painter.setClipRect(area, Qt::IntersectClip);
  painter.setPen(hairline(colour));
  // On lines where x + y is a whole number of steps: neighbours continue one another.
  const double first = std::floor((area.left() + area.top()) / step) * step;
  const auto lines = static_cast<int>(std::ceil((area.right() + area.bottom() - first) / step));
  for (int i = 0; i < lines; ++i) {
    const double sum = first + i * step;
    painter.drawLine(QPointF(sum - area.bottom(), area.bottom()), QPointF(sum - area.top(), area.top()));
  }
  painter.restore();
}

void paintRamp(QPainter& painter, const Theme& theme, const QRectF& area) {
  QLinearGradient gradient(area.topLeft(), area.topRight());
  for (int i = 0; i <= 8; ++i) gradient.setColorAt(i / 8.0, theme.density(i / 8.0));
  painter.fillRect(area, gradient);
}

void paintFocus(QPainter& painter, const Theme& theme, const QRectF& plot) {
  painter.setPen(QPen(theme.accent, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(plot.adjusted(0, 0, -1, -1));
}

void paintEmpty(QPainter& painter, const Theme& theme, const QRectF& area, const QString& why) {
  painter.setFont(textFont(13));
  painter.setPen(theme.muted);
  painter.drawText(area.adjusted(kMargin, 0, -kMargin, 0), Qt::AlignCenter | Qt::TextWordWrap, why);
}

void paintTimeLine(QPainter& painter, const QRectF& area, double x, const QColor& colour,
                   Qt::PenStyle style) {
  QPen pen = hairline(colour);
  pen.setStyle(style);
  painter.setPen(pen);
  painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

void paintFlag(QPainter& painter, const Theme& theme, const QRectF& area, double x, const QString& words) {
  painter.setFont(textFont(11));
  const double width = QFontMetricsF(textFont(11)).horizontalAdvance(words) + 10;
  const bool fits = x + width + 3 < area.right();
  const QRectF flag(fits ? x + 3 : x - width - 3, area.top() + 3, width, 17);
  painter.setPen(hairline(theme.frame));
  painter.setBrush(withAlpha(theme.panel, 225));
  painter.drawRoundedRect(flag.translated(0.5, 0.5), 3, 3);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(theme.text);
  painter.drawText(flag, Qt::AlignCenter, words);
}

}  // namespace slabscope::viewer
