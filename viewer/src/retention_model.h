// SPDX-License-Identifier: GPL-3.0-or-later
// Who holds slabs, as a table: the holders of `slabscope report`.
#pragma once

#include <QAbstractTableModel>
#include <memory>

#include "held_through.h"
#include "retention.h"

namespace slabscope::viewer {

class RetentionModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  /// Where a caller is picked that is not always the holder itself, kThrough tells how many of a holder's
  /// slices it is on the stack of.
  enum Column { kCaller, kHeld, kShare, kAlone, kLive, kFactor, kSlices, kHeldNow, kThrough, kColumns };
  using QAbstractTableModel::QAbstractTableModel;

  /// Null: no rows.
  void set(std::shared_ptr<const Loaded> recording, std::shared_ptr<const RetentionAnswer> answer);
  /// Of the picked caller; null: none is picked. Does not change which rows there are.
  void setThrough(std::shared_ptr<const HeldThrough> through);
  const RetentionRow& row(int index) const { return answer_->rows[static_cast<size_t>(index)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  HeldThrough::Part partOf(const RetentionRow& row) const;
  QString text(const RetentionRow& row, int column) const;
  bool knows(int column) const { return column <= kShare || recording_->scan.knowsSlices(); }
  QVariant figure(const RetentionRow& row, int column) const;

  std::shared_ptr<const Loaded> recording_;
  std::shared_ptr<const RetentionAnswer> answer_;
  std::shared_ptr<const HeldThrough> through_;
};

}  // namespace slabscope::viewer
