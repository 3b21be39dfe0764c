// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>
#include <memory>

#include "loaded.h"
#include "selection.h"
#include "theme.h"

namespace slabscope::viewer {

/// One slab's utilisation over time as a strip of colours.
void paintUsage(QPainter& painter, const Theme& theme, const QRectF& area, const analysis::Lifetimes& lives,
                const analysis::SlabLife& slab, const TimeRange& range);

/// Paints the strips of SlabsModel::kOverTime.
class UsageStrip : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void set(std::shared_ptr<const Loaded> recording, const Theme& theme, const TimeRange& range);

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  std::shared_ptr<const Loaded> recording_;
  const Theme* theme_ = &lightTheme();
  TimeRange range_;
};

}  // namespace slabscope::viewer
