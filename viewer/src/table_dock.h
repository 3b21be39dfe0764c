// SPDX-License-Identifier: GPL-3.0-or-later
// The data of the picture in sight as a table beside it: for who reads figures, for who has no mouse, and for
// who cannot see. Enter on a row picks what it stands for.
#pragma once

#include <QDockWidget>
#include <QPointer>
#include <QSortFilterProxyModel>

#include "view.h"

class QComboBox;
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
  void setTheme(const Theme& theme);
  const QTableView& table() const { return *table_; }
  /// Which of the view's tables is shown.
  QComboBox& choice() { return *choice_; }

 private:
  void show(int index);
  void pick(const QModelIndex& row);

  QPointer<View> view_;
  QMetaObject::Connection connection_;
  std::vector<NamedTable> tables_;
  QSortFilterProxyModel sorted_;
  QComboBox* choice_;
  QTableView* table_;
};

}  // namespace slabscope::viewer
