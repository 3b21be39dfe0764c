// SPDX-License-Identifier: GPL-3.0-or-later
#include "retention_map.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <numeric>
#include <utility>

#include "caller_colours.h"
#include "caller_costs.h"
#include "caller_text.h"
#include "painting.h"
#include "slabscope/analysis/words.h"
#include "treemap.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using Kind = RetentionRow::Kind;

constexpr size_t kMostTiles = 60;

}  // namespace

RetentionMap::RetentionMap(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setMinimumSize(160, 120);
  setAccessibleName(tr("Shares of the bytes of slabs"));
  setAccessibleDescription(tr("The table of holders has the same figures."));
}

void RetentionMap::set(std::shared_ptr<const Loaded> recording,
                       std::shared_ptr<const RetentionAnswer> answer) {
  recording_ = std::move(recording);
  answer_ = std::move(answer);
  picked_.clear();
  arrange();
}

void RetentionMap::setTheme(const Theme& theme) {
  theme_ = &theme;
  update();
}

void RetentionMap::setPicked(std::vector<Mark> rows) {
  picked_ = std::move(rows);
  update();
}

void RetentionMap::arrange() {
  tiles_.clear();
  update();
  if (answer_ == nullptr) return;
  std::vector<size_t> order;
  for (size_t i = 0; i < answer_->rows.size(); ++i) {
    if (answer_->rows[i].held != 0) order.push_back(i);
  }
  const auto held = [&](size_t row) { return static_cast<double>(answer_->rows[row].held); };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return held(a) > held(b); });
  std::vector<double> sizes;
  for (const size_t row : order) {
    if (sizes.size() == kMostTiles) {
      sizes.back() += held(row);
      ++tiles_.back().rows;
      continue;
    }
    sizes.push_back(held(row));
    tiles_.push_back({.row = row, .rows = 1, .place = {}});
  }
  const std::vector<QRectF> places = layOutTreemap(sizes, QRectF(rect()));
  for (size_t i = 0; i < tiles_.size(); ++i) tiles_[i].place = places[i];
}

void RetentionMap::resizeEvent(QResizeEvent* /*event*/) {
  arrange();
}

QRectF RetentionMap::placeOf(size_t row) const {
  const auto found = std::find_if(tiles_.begin(), tiles_.end(),
                                  [&](const Tile& tile) { return tile.row == row && tile.rows == 1; });
  return found == tiles_.end() ? QRectF() : found->place;
}

const RetentionMap::Tile* RetentionMap::tileAt(const QPointF& point) const {
  const auto found = std::find_if(tiles_.begin(), tiles_.end(),
                                  [&](const Tile& tile) { return tile.place.contains(point); });
  return found == tiles_.end() ? nullptr : &*found;
}

QColor RetentionMap::colourOf(const RetentionRow& row) const {
  if (row.kind != Kind::kHolder) return theme_->unseen;
  return colourOfCaller(*recording_, *theme_, row.owner);
}

QColor RetentionMap::groundOf(const RetentionRow& row) const {
  return mix(theme_->panel, colourOf(row), 0.28);
}

void RetentionMap::paintTile(QPainter& painter, const Tile& tile) {
  const RetentionRow& row = answer_->rows[tile.row];
  const QRectF body =
      tile.place.adjusted(0, 0, tile.place.width() > 3 ? -1 : 0, tile.place.height() > 3 ? -1 : 0);
  painter.fillRect(body, groundOf(row));
  if (row.kind != Kind::kHolder) paintHatching(painter, body, mix(theme_->panel, theme_->unseen, 0.6));
  if (tile.rows == 1 && row.live != 0) {
    // Seen at all where it is next to nothing.
    const double share = std::min(1.0, static_cast<double>(row.live) / static_cast<double>(row.held));
    const double height = std::min(body.height(), std::max(1.5, body.height() * share));
    painter.fillRect(QRectF(body.left(), body.bottom() - height, body.width(), height), colourOf(row));
  }
  if (tile.row < picked_.size() && picked_[tile.row] != Mark::kNone) {
    const bool is_whole = picked_[tile.row] == Mark::kWhole;
    painter.setPen(QPen(theme_->accent, 2, is_whole ? Qt::SolidLine : Qt::DashLine));
    painter.drawRect(body.adjusted(1, 1, -1, -1));
  }
  const QRectF text = body.adjusted(6, 4, -4, -4);
  const QFontMetricsF metrics(painter.font());
  if (text.width() < 44 || text.height() < metrics.height()) return;
  QStringList lines{nameOf(*recording_, row)};
  if (tile.rows != 1) {
    lines.front() = tr("%1 smaller ones").arg(tile.rows);
  } else if (text.height() >= 2 * metrics.height()) {
    QString figures = bytes(row.held) + ", " + percentOf(row.held, answer_->slab_bytes);
    if (row.live != 0) figures += tr(", %1 live").arg(bytes(row.live));
    lines << figures;
  }
  double width = 0;
  for (QString& line : lines) {
    line = elidedCaller(line, metrics, text.width());
    width = std::max(width, metrics.horizontalAdvance(line));
  }
  // On a ground of their own: the live part may begin in the middle of a word.
  const double height = metrics.lineSpacing() * static_cast<double>(lines.size());
  painter.fillRect(QRectF(text.left() - 3, text.top() - 1, width + 6, height + 2),
                   withAlpha(theme_->panel, 184));
  painter.setPen(theme_->text);
  painter.drawText(text, Qt::AlignLeft | Qt::AlignTop, lines.join('\n'));
}

void RetentionMap::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.fillRect(rect(), theme_->panel);
  painter.setFont(textFont(11));
  for (const Tile& tile : tiles_) paintTile(painter, tile);
}

void RetentionMap::mousePressEvent(QMouseEvent* event) {
  const Tile* tile = tileAt(event->position());
  if (event->button() == Qt::LeftButton && tile != nullptr && tile->rows == 1) emit picked(tile->row);
}

void RetentionMap::mouseMoveEvent(QMouseEvent* event) {
  const Tile* tile = tileAt(event->position());
  if (tile == nullptr || tile->rows != 1) {
    QToolTip::hideText();
    return;
  }
  QToolTip::showText(event->globalPosition().toPoint(),
                     describe(*recording_, *answer_, answer_->rows[tile->row]), this, tile->place.toRect());
}

}  // namespace slabscope::viewer
