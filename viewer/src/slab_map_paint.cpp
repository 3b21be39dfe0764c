// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of the Slab map.
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "axis.h"
#include "byte_states.h"
#include "caller_costs.h"
#include "caller_text.h"
#include "slab_map_view.h"
#include "words.h"

namespace slabscope::viewer {

using analysis::ByteRun;
using analysis::ByteState;

QColor SlabMapView::colourOfRun(const ByteRun& run) const {
  if (run.state != ByteState::kLive) return theme().of(run.state);
  const recording::FrameId owner = recording()->ownerOf(run.slice->stack);
  QColor colour = colourOf(owner);
  if (!isPicked(run.slice->stack)) colour.setAlpha(70);
  return colour;
}

void SlabMapView::paintRun(QPainter& painter, const ByteRun& run) const {
  const QRectF area = mapArea();
  const uint64_t per_row = bytesPerRow();
  const double height = rowHeight();
  const double scale = area.width() / static_cast<double>(per_row);
  const QColor colour = colourOfRun(run);
  for (uint64_t begin = run.begin; begin < run.end;) {
    const uint64_t row = begin / per_row;
    const uint64_t end = std::min(run.end, (row + 1) * per_row);
    const double left = area.left() + static_cast<double>(begin % per_row) * scale;
    double width = static_cast<double>(end - begin) * scale;
    // What lives is seen however little it is; a seam between neighbours where there is room for it.
    if (run.state == ByteState::kLive) width = std::max(width, 1.5);
    if (end == run.end && width > 6) width -= 1;
    const QRectF rect(left, area.top() + static_cast<double>(row) * height, width, std::max(1.0, height - 2));
    if (isHatched(run.state)) {
      paintHatching(painter, rect, colour);
    } else {
      painter.fillRect(rect, colour);
    }
    begin = end;
  }
}

void SlabMapView::paintMap(QPainter& painter) const {
  const QRectF area = mapArea();
  const double height = rowHeight();
  const uint64_t per_row = bytesPerRow();
  const auto every = static_cast<size_t>(std::ceil(16 / height));
  painter.setFont(textFont(11));
  for (size_t row = 0; row < rowCount(); ++row) {
    // Free bytes are the ground itself, without seams between rows; behind the slab's last byte is none.
    const bool is_last = row + 1 == rowCount();
    const uint64_t here = std::min(per_row, shownSlab()->size - row * per_row);
    const QRectF line(area.left(), area.top() + static_cast<double>(row) * height,
                      area.width() * static_cast<double>(here) / static_cast<double>(per_row),
                      is_last ? std::max(1.0, height - 2) : height);
    painter.fillRect(line, theme().panel);
    if (row % every != 0) continue;
    painter.setPen(theme().muted);
    painter.drawText(QRectF(0, line.top() + (height - 2) / 2 - 8, kGutter - 8, 16),
                     Qt::AlignRight | Qt::AlignVCenter, sizeLabel(static_cast<double>(row * per_row)));
  }
  for (const bool live : {false, true}) {
    for (const ByteRun& run : runs()) {
      if ((run.state == ByteState::kLive) == live) paintRun(painter, run);
    }
  }
  painter.setFont(textFont(11));
  painter.setPen(theme().muted);
  painter.drawText(QRectF(area.left(), area.top() - 24, area.width(), 20), Qt::AlignLeft | Qt::AlignVCenter,
                   tr("%1 a row, offsets at the left").arg(sizeLabel(static_cast<double>(per_row))));
}

double SlabMapView::paintFigures(QPainter& painter, const QRectF& area) const {
  double y = area.top();
  const auto line = [&](const QString& name, const QString& figure, const QString& share) {
    painter.setPen(theme().muted);
    painter.drawText(QRectF(area.left() + 18, y, 110, 20), Qt::AlignLeft | Qt::AlignVCenter, name);
    painter.setPen(theme().text);
    painter.drawText(QRectF(area.left() + 110, y, 104, 20), Qt::AlignRight | Qt::AlignVCenter, figure);
    painter.setPen(theme().muted);
    painter.drawText(QRectF(area.left() + 214, y, area.width() - 214, 20), Qt::AlignRight | Qt::AlignVCenter,
                     share);
    y += 21;
  };
  painter.setFont(textFont(12));
  const analysis::SlabLife& slab = *shownSlab();
  line(tr("kind"), tr(recording::toString(slab.kind)), {});
  line(tr("born"), timeText(slab.life.born), {});
  if (slab.life.hasDied()) line(tr("died"), timeText(slab.life.died), {});
  line(tr("size"), bytes(slab.size), {});
  y += 6;
  for (const ByteState state : kByteStatesInOrder) {
    if (!recording()->lives.knows_slices && state != ByteState::kUnseen) continue;
    const uint64_t here = bytesOf(state);
    if (here == 0 && (state == ByteState::kStartup || state == ByteState::kUnseen)) continue;
    const QRectF swatch(area.left(), y + 5, 10, 10);
    painter.fillRect(swatch, isHatched(state) ? theme().panel : theme().of(state));
    // What lives is painted in its callers' colours.
    const auto stripes = std::min<size_t>(state == ByteState::kLive ? holders().size() : 0, 3);
    for (size_t i = 0; i < stripes; ++i) {
      const double width = swatch.width() / static_cast<double>(stripes);
      painter.fillRect(
          QRectF(swatch.left() + width * static_cast<double>(i), swatch.top(), width, swatch.height()),
          colourOf(holders()[i].owner));
    }
    if (isHatched(state)) paintHatching(painter, swatch, theme().of(state));
    if (isHatched(state) || state == ByteState::kFree) {
      painter.setPen(theme().frame);
      painter.setBrush(Qt::NoBrush);
      painter.drawRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    line(wordsOf(state), bytes(here), percentOf(here, slab.size));
  }
  return y;
}

void SlabMapView::paintHolders(QPainter& painter, const QRectF& area) const {
  double y = area.top();
  painter.setFont(textFont(12));
  painter.setPen(theme().text);
  const QString nobody = recording()->lives.knows_slices
                             ? tr("No live slice: held by its ArrayBuffer, if at all")
                             : tr("Slices were not recorded: holder unknown");
  painter.drawText(QRectF(area.left(), y, area.width(), 20), Qt::AlignLeft | Qt::AlignVCenter,
                   holders().empty() ? nobody : tr("Held by"));
  y += 24;
  const QFontMetricsF metrics(textFont(12));
  for (size_t i = 0; i < holders().size(); ++i) {
    const MapHolder& holder = holders()[i];
    if (y + 40 > area.bottom()) {
      painter.setPen(theme().muted);
      painter.drawText(QRectF(area.left(), y, area.width(), 20), Qt::AlignLeft | Qt::AlignVCenter,
                       tr("and %1 more").arg(holders().size() - i));
      return;
    }
    painter.fillRect(QRectF(area.left(), y + 5, 10, 10), colourOf(holder.owner));
    painter.setPen(theme().text);
    painter.drawText(QRectF(area.left() + 18, y, area.width() - 18, 20), Qt::AlignLeft | Qt::AlignVCenter,
                     elidedCaller(nameOf(holder.owner), metrics, area.width() - 18));
    painter.setPen(theme().muted);
    painter.drawText(QRectF(area.left() + 18, y + 18, area.width() - 18, 20),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     tr("%1 live in %2").arg(bytes(holder.live), counted(holder.slices, "slice")));
    y += 44;
  }
}

void SlabMapView::paintSide(QPainter& painter) const {
  const QRectF area = sideArea();
  const double y = paintFigures(painter, area) + 14;
  paintHolders(painter, QRectF(area.left(), y, area.width(), std::max(0.0, area.bottom() - y)));
}

void SlabMapView::paint(QPainter& painter) {
  // What is shown may still be of a moment ago: it is told which.
  const recording::Nanoseconds shown_at = shown_at_.value_or(shownInstant()).t;
  const QString at = timeText(shown_at);
  const QString title =
      shownSlab() == nullptr ? tr("Slab map") : tr("Slab map · slab %1").arg(shownSlab()->store.value);
  paintHeading(painter, theme(), rect(), title, recording()->title() + tr(" · its bytes at %1").arg(at));
  const QRectF below = QRectF(rect()).adjusted(0, kHeading, 0, 0);
  if (answer_ == nullptr) {
    paintEmpty(painter, theme(), below, tr("Reading…"));
  } else if (shownSlab() == nullptr) {
    paintEmpty(painter, theme(), below, lackOfSlabs(shown_at));
  } else if (runs().empty()) {
    paintEmpty(painter, theme(), below,
               tr("Slab %1 does not live at %2.").arg(shownSlab()->store.value).arg(at));
  } else {
    paintMap(painter);
    paintSide(painter);
  }
}

}  // namespace slabscope::viewer
