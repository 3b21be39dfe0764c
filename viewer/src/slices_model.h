// SPDX-License-Identifier: GPL-3.0-or-later
// The slices of one slab as a table. Of a slab that views are made of all the time there are hundreds of
// thousands: a cell is put into words when it is looked at.
#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "loaded.h"

namespace slabscope::viewer {

class SlicesModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { kSlice, kOffset, kLength, kBorn, kDied, kKind, kCaller, kColumns };

  using QAbstractTableModel::QAbstractTableModel;

  /// `slab` is one of the recording's; null: no rows.
  void set(std::shared_ptr<const Loaded> recording, const analysis::SlabLife* slab);
  const analysis::SliceLife& slice(int row) const { return recording_->lives.begin(*slab_)[row]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  QString text(const analysis::SliceLife& slice, int column) const;
  QVariant figure(const analysis::SliceLife& slice, int column) const;

  std::shared_ptr<const Loaded> recording_;
  const analysis::SlabLife* slab_ = nullptr;
};

}  // namespace slabscope::viewer
