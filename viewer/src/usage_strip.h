// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QStyledItemDelegate>
#include <memory>

#include "loaded.h"
#include "selection.h"
#include "steps.h"
#include "theme.h"

namespace slabscope::viewer {

/// One slab's utilisation over time as a strip of colours; `live` is liveBytesOf() it.
void paintUsage(QPainter& painter, const Theme& theme, const QRectF& area, const Steps& live,
                const analysis::SlabLife& slab, const TimeRange& range);

/// Paints the strips of SlabsModel::kOverTime.
class UsageStrip : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void set(std::shared_ptr<const Loaded> recording, const Theme& theme, const TimeRange& range);

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  static constexpr int kKept = 512;

  const Steps& liveOf(const analysis::SlabLife& slab) const;

  std::shared_ptr<const Loaded> recording_;
  mutable QCache<uint64_t, Steps> live_{
      kKept};  // of the slabs painted last: a frame paints all in sight anew
  const Theme* theme_ = &lightTheme();
  TimeRange range_;
};

}  // namespace slabscope::viewer
