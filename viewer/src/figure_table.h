// SPDX-License-Identifier: GPL-3.0-or-later
// A table of words and figures that were worked out before: what a view shows beside its picture.
#pragma once

#include <QAbstractTableModel>
#include <QColor>
#include <QString>
#include <QVariant>
#include <vector>

namespace slabscope::viewer {

struct FigureCell {
  QString text;
  QVariant figure;  ///< what rows are sorted by; none: the text
  QColor colour;    ///< of the text; invalid: as the others
};

struct FigureRow {
  std::vector<FigureCell> cells;
  QString tooltip;
  bool bold = false;
};

struct FigureHeading {
  QString name;
  QString meaning;  ///< empty: the name says it
};

class FigureTable : public QAbstractTableModel {
  Q_OBJECT

 public:
  /// Columns from `first_figure` on are flush right.
  FigureTable(std::vector<FigureHeading> headings, int first_figure, QObject* parent = nullptr);

  /// Each row with a cell for each heading.
  void set(std::vector<FigureRow> rows);
  const FigureRow& row(int row) const { return rows_[static_cast<size_t>(row)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  std::vector<FigureHeading> headings_;
  int first_figure_;
  std::vector<FigureRow> rows_;
};

}  // namespace slabscope::viewer
