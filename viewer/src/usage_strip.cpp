// SPDX-License-Identifier: GPL-3.0-or-later
#include "usage_strip.h"

#include <QImage>
#include <QPainter>
#include <cmath>
#include <utility>

#include "slabs_model.h"
#include "time_axis.h"

namespace slabscope::viewer {

void paintUsage(QPainter& painter, const Theme& theme, const QRectF& area, const Steps& live,
                const analysis::SlabLife& slab, const TimeRange& range) {
  const auto columns = static_cast<size_t>(area.width());
  if (columns == 0 || range.length() == 0 || slab.size == 0) return;
  const Axis time = timeAxisOf(range, area);
  const std::vector<uint64_t> most = mostIn(live, range.from, range.until, columns);
  const double born = time.toPixel(static_cast<double>(slab.life.born));
  const double died = slab.life.hasDied() ? time.toPixel(static_cast<double>(slab.life.died)) : area.right();
  QImage strip(static_cast<int>(columns), 1, QImage::Format_ARGB32_Premultiplied);
  strip.fill(Qt::transparent);
  auto* pixels = reinterpret_cast<QRgb*>(strip.scanLine(0));
  for (size_t column = 0; column < columns; ++column) {
    const double left = area.left() + static_cast<double>(column);
    if (left + 1 <= born || left > died) continue;
    const double used = static_cast<double>(most[column]) / static_cast<double>(slab.size);
    pixels[column] = (most[column] == 0 ? theme.dead : theme.density(used)).rgb();
  }
  painter.drawImage(QRectF(area.left(), area.top(), static_cast<double>(columns), area.height()), strip);
}

void UsageStrip::set(std::shared_ptr<const Loaded> recording, const Theme& theme, const TimeRange& range,
                     const std::optional<analysis::Instant>& instant) {
  if (recording != recording_) {
    live_.clear();
    missing_.clear();
  }
  recording_ = std::move(recording);
  theme_ = &theme;
  range_ = range;
  instant_ = instant;
}

void UsageStrip::paint(QPainter* painter, const QStyleOptionViewItem& option,
                       const QModelIndex& index) const {
  QStyledItemDelegate::paint(painter, option, index);
  if (recording_ == nullptr || !recording_->lives.knows_slices) return;
  const auto store = index.siblingAtColumn(SlabsModel::kSlab).data(kFigureRole).toULongLong();
  const analysis::SlabLife* slab = recording_->lives.find(recording::StoreId{store});
  if (slab == nullptr) return;
  if (const Steps* live = live_.object(store)) {
    const QRectF area = QRectF(option.rect).adjusted(4, 5, -4, -5);
    paintUsage(*painter, *theme_, area, *live, *slab, range_);
    if (!instant_) return;
    const double x = std::floor(timeAxisOf(range_, area).toPixel(static_cast<double>(instant_->t)));
    if (x < area.left() || x >= area.right()) return;
    // Beside the strip: what was then is seen too.
    for (const double top : {area.top() - 4, area.bottom() + 1})
      painter->fillRect(QRectF(x - 1, top, 3, 3), theme_->accent);
    return;
  }
  const bool first = missing_.isEmpty();
  missing_.insert(store);
  if (first) emit missing();
}

std::vector<recording::StoreId> UsageStrip::takeMissing() {
  std::vector<recording::StoreId> slabs;
  for (const uint64_t store : std::as_const(missing_)) slabs.push_back(recording::StoreId{store});
  missing_.clear();
  return slabs;
}

void UsageStrip::keep(const Loaded* recording, recording::StoreId slab, Steps live) {
  if (recording == recording_.get()) live_.insert(slab.value, new Steps(std::move(live)));
}

}  // namespace slabscope::viewer
