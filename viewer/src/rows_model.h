// SPDX-License-Identifier: GPL-3.0-or-later
// The data of a picture as a table.
#pragma once

#include <QAbstractTableModel>
#include <vector>

namespace slabscope::viewer {

class RowsModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  struct Cell {
    QString words;    ///< with the unit
    QVariant figure;  ///< without; invalid: the words are all there is
  };
  using Row = std::vector<Cell>;

  using QAbstractTableModel::QAbstractTableModel;

  /// Every row has a cell for each heading.
  void set(const QStringList& headings, std::vector<Row> rows);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  QStringList headings_;
  std::vector<Row> rows_;
};

/// "4.0 KiB", and 4096.
RowsModel::Cell bytesCell(uint64_t bytes);
/// "1.250 s", and nanoseconds.
RowsModel::Cell timeCell(uint64_t t);
/// "1,250", and the number.
RowsModel::Cell countCell(uint64_t count);

}  // namespace slabscope::viewer
