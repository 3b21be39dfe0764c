// SPDX-License-Identifier: GPL-3.0-or-later
// How tables look.
#pragma once

#include <QSortFilterProxyModel>
#include <functional>
#include <initializer_list>
#include <vector>

#include "theme.h"

class QAbstractItemView;
class QAbstractScrollArea;
class QHeaderView;
class QScrollArea;
class QTableView;
class QWidget;

namespace slabscope::viewer {

/// Of a column, and what its figures mean.
struct Heading {
  const char* name;
  const char* meaning;
};

/// The order of a table's rows by their figures, told by a mark in the heading of their column.
class TableOrder : public QSortFilterProxyModel {
 public:
  TableOrder();
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
};
/// The mark of a column that rows are sorted by, behind its name.
QString orderMark(Qt::SortOrder order);

/// Sorted, one row picked at a time, columns as wide as given, the last one as wide as there is place.
void setUpTable(QTableView& table, const QString& name, std::initializer_list<int> widths);
/// Cells are painted plainly, rows `height` pixels high where the view asks for their height.
void setPlainCells(QAbstractItemView& view, int height);

/// Calls `picked` with a row that is selected from now on. That the keyboard comes to a view is not enough:
/// it has a current row then, which nobody chose. The view has its model already.
void onRowPicked(QAbstractItemView& view, std::function<void(const QModelIndex& row)> picked);

struct WideColumn {
  int column = 0;
  int least = 0;  ///< pixels
  std::vector<int>
      may_go;  ///< columns that are left out where there is not so much for it, the first one first
};
/// From now on the column is as wide as the others leave it, and `least` at least: below that columns are
/// left out that tell least, and then the view scrolls. `header` is the view's own.
void keepWide(QAbstractItemView& view, QHeaderView& header, const WideColumn& wide);
/// The sheet of a table or a tree, whose class is `view`, with its headings and bars. The mark of the rows'
/// order is in the heading itself: the style's own would stand over it.
QString viewStyle(const char* view, const Theme& theme);
void dressTable(QTableView& table, const Theme& theme);
/// Without a frame, its contents as wide as it is.
void setUpScrollArea(QScrollArea& area, QWidget& contents);
/// Its contents too, as far as they have no colours of their own.
void dressScrollArea(QAbstractScrollArea& area, const Theme& theme);

}  // namespace slabscope::viewer
