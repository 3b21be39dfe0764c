// SPDX-License-Identifier: GPL-3.0-or-later
// How tables look.
#pragma once

#include <QSortFilterProxyModel>
#include <initializer_list>

#include "theme.h"

class QAbstractItemView;
class QHeaderView;
class QTableView;

namespace slabscope::viewer {

/// Of a column, and what its figures mean.
struct Heading {
  const char* name;
  const char* meaning;
};

/// The order of a table's rows, told by a mark in the heading of their column: the style's own would stand
/// over the heading.
class TableOrder : public QSortFilterProxyModel {
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
};

/// Sorted, one row picked at a time, columns as wide as given, the last one as wide as there is place.
void setUpTable(QTableView& table, const QString& name, std::initializer_list<int> widths);
/// From now on the column is as wide as the others leave it, and `least` at least: below that the view
/// scrolls. `header` is the view's own.
void keepWide(QAbstractItemView& view, QHeaderView& header, int column, int least);
void dressTable(QTableView& table, const Theme& theme);

}  // namespace slabscope::viewer
