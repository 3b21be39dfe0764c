// SPDX-License-Identifier: GPL-3.0-or-later
// The data of the picture in sight as a table beside it: for who reads figures, and for who cannot see.
#pragma once

#include <QDockWidget>
#include <QPointer>
#include <QSortFilterProxyModel>

#include "view.h"

class QTableView;

namespace slabscope::viewer {

class TableDock : public QDockWidget {
  Q_OBJECT

 public:
  /// `selection` must outlive this.
  explicit TableDock(Selection& selection, QWidget* parent = nullptr);

  /// Shows the data of another view from now on.
  void setView(View* view);
  /// Looks at the view's data again. Does nothing while the table is closed.
  void refresh();
  const QTableView& table() const { return *table_; }

 private:
  QPointer<View> view_;
  QSortFilterProxyModel sorted_;
  QTableView* table_;
};

}  // namespace slabscope::viewer
