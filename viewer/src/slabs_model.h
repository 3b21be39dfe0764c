// SPDX-License-Identifier: GPL-3.0-or-later
// The slabs at an instant as a table: the rows of `slabscope slabs`.
#pragma once

#include <QAbstractTableModel>
#include <memory>
#include <set>
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
    kAge,
    kOverTime,
    kHeldBy,
    kColumns
  };
  using SharedRows = std::shared_ptr<const std::vector<analysis::SlabRow>>;

  using QAbstractTableModel::QAbstractTableModel;

  /// Rows of the recording at an instant; `shown` says which of them, null: all. Those that are left out are
  /// not copied: there may be tens of thousands.
  void set(std::shared_ptr<const Loaded> recording, const analysis::Instant& at, SharedRows rows,
           const std::set<recording::StoreId>* shown = nullptr);
  const analysis::SlabRow& row(int index) const { return (*rows_)[order_[static_cast<size_t>(index)]]; }
  /// -1: not in the table.
  int indexOf(recording::StoreId store) const;
  /// Of all slabs in the table.
  uint64_t slabBytes() const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
  /// By figures that are found out once: a proxy would ask for each comparison.
  void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

 private:
  void arrange();
  /// Whether the recording tells what is in the column.
  bool knows(int column) const;
  uint64_t ageOf(const analysis::SlabRow& row) const;
  QString describe(const analysis::SlabRow& row) const;
  QString text(const analysis::SlabRow& row, int column) const;
  QVariant figure(const analysis::SlabRow& row, int column) const;
  /// Of columns whose figures are whole numbers.
  uint64_t number(const analysis::SlabRow& row, int column) const;
  /// By place in rows_: what the column of figures is sorted by. Of rows that are not in the table: 0.
  std::vector<double> keys(int column) const;
  const std::vector<double>& holderKeys();
  /// The caller with the largest share, by name.
  QString heaviest(const analysis::SlabRow& row) const;
  QString holder(const analysis::SlabRow& row) const;

  std::shared_ptr<const Loaded> recording_;
  analysis::Instant at_;
  SharedRows rows_;
  std::vector<uint32_t> order_;      // by row of the table: its place in rows_
  std::vector<double> holder_keys_;  // what kHeldBy sorts rows_ by; empty: nobody has asked yet
  int sort_column_ = -1;             // as rows_ are
  Qt::SortOrder sort_order_ = Qt::AscendingOrder;
};

}  // namespace slabscope::viewer
