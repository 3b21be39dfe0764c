// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QSet>
#include <QStyledItemDelegate>
#include <memory>
#include <optional>
#include <vector>

#include "loaded.h"
#include "selection.h"
#include "steps.h"
#include "theme.h"

namespace slabscope::viewer {

/// One slab's utilisation over time as a strip of colours; `live` is liveBytesOf() it.
void paintUsage(QPainter& painter, const Theme& theme, const QRectF& area, const Steps& live,
                const analysis::SlabLife& slab, const TimeRange& range);

/// Paints the strips of SlabsModel::kOverTime. How a slab was used takes milliseconds to find out, so that a
/// painter finds what is known and says what is not.
class UsageStrip : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  /// `instant` is marked in each strip; none: is not.
  void set(std::shared_ptr<const Loaded> recording, const Theme& theme, const TimeRange& range,
           const std::optional<analysis::Instant>& instant = {});

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  /// The slabs that were painted without a strip, for which nothing has been kept since.
  std::vector<recording::StoreId> takeMissing();
  /// liveBytesOf() a slab of `recording`; nothing is kept of another one than is shown.
  void keep(const Loaded* recording, recording::StoreId slab, Steps live);

 signals:
  /// A slab is in sight of which nothing is known.
  void missing() const;

 private:
  static constexpr int kKept = 512;

  std::shared_ptr<const Loaded> recording_;
  mutable QCache<uint64_t, Steps> live_{
      kKept};  // of the slabs painted last: a frame paints all in sight anew
  mutable QSet<uint64_t> missing_;
  const Theme* theme_ = &lightTheme();
  TimeRange range_{0, 0};
  std::optional<analysis::Instant> instant_;
};

}  // namespace slabscope::viewer
