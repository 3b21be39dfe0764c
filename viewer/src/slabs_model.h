// SPDX-License-Identifier: GPL-3.0-or-later
// The slabs at an instant as a table: the rows of `slabscope slabs`.
#pragma once

#include <QAbstractTableModel>
#include <memory>
#include <vector>

#include "loaded.h"
#include "slabscope/analysis/slab_table.h"
#include "table_text.h"

namespace slabscope::viewer {

class SlabsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column {
    kSlab,
    kKind,
    kBorn,
    kSize,
    kLive,
    kNotLive,
    kDead,
    kPadding,
    kTail,
    kUsed,
    kSlices,
    kOverTime,
    kHeldBy,
    kColumns
  };
  /// The figure behind a cell's text: what rows are sorted by.
  static constexpr int kSortRole = kFigureRole;

  using QAbstractTableModel::QAbstractTableModel;

  void set(std::shared_ptr<const Loaded> recording, std::vector<analysis::SlabRow> rows);
  const analysis::SlabRow& row(int index) const { return rows_[static_cast<size_t>(index)]; }
  /// -1: not in the table.
  int indexOf(recording::StoreId store) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  QString text(const analysis::SlabRow& row, int column) const;
  QVariant figure(const analysis::SlabRow& row, int column) const;
  QString holder(const analysis::SlabRow& row) const;

  std::shared_ptr<const Loaded> recording_;
  std::vector<analysis::SlabRow> rows_;
};

}  // namespace slabscope::viewer
