// SPDX-License-Identifier: GPL-3.0-or-later
#include "table_dock.h"

#include <QComboBox>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include "table_text.h"
#include "tables.h"

namespace slabscope::viewer {

TableDock::TableDock(Selection& selection, QWidget* parent)
    : QDockWidget(tr("Table"), parent), choice_(new QComboBox(this)), table_(new QTableView(this)) {
  setObjectName("table");
  sorted_.setSortRole(kFigureRole);
  table_->setModel(&sorted_);
  setUpTable(*table_, {}, {});
  table_->sortByColumn(-1, Qt::AscendingOrder);
  // By what is in sight: there may be a hundred thousand rows.
  table_->horizontalHeader()->setResizeContentsPrecision(0);
  table_->horizontalHeader()->setMinimumSectionSize(48);
  table_->setToolTip(tr("Enter picks what the row stands for"));
  choice_->setFont(textFont());
  choice_->setAccessibleName(tr("Which table"));
  auto* body = new QWidget(this);
  auto* column = new QVBoxLayout(body);
  column->setContentsMargins(8, 4, 8, 8);
  column->addWidget(choice_);
  column->addWidget(table_, 1);
  setWidget(body);
  connect(choice_, &QComboBox::currentIndexChanged, this, &TableDock::show);
  connect(table_, &QTableView::activated, this, &TableDock::pick);
  connect(&selection, &Selection::changed, this, &TableDock::refresh);
  connect(this, &QDockWidget::visibilityChanged, this, &TableDock::refresh);
}

void TableDock::setView(View* view) {
  disconnect(connection_);
  view_ = view;
  if (view != nullptr) connection_ = connect(view, &View::dataChanged, this, &TableDock::refresh);
  const QSignalBlocker quiet(choice_);
  choice_->setCurrentIndex(0);
  refresh();
}

void TableDock::setTheme(const Theme& theme) {
  dressTable(*table_, theme);
}

void TableDock::refresh() {
  if (!isVisible() || view_ == nullptr) return;
  // Where one goes on from, for who walks through the rows.
  const QModelIndex current = table_->currentIndex();
  const int row = current.isValid() ? sorted_.mapToSource(current).row() : -1;
  const int rows = sorted_.rowCount();
  tables_ = view_->tables();
  const int chosen = std::max(0, choice_->currentIndex());
  {
    const QSignalBlocker quiet(choice_);
    choice_->clear();
    for (const NamedTable& one : tables_) choice_->addItem(one.name);
    choice_->setCurrentIndex(chosen < choice_->count() ? chosen : 0);
    choice_->setVisible(tables_.size() > 1);
  }
  show(choice_->currentIndex());
  if (row >= 0 && rows == sorted_.rowCount())
    table_->setCurrentIndex(sorted_.mapFromSource(sorted_.sourceModel()->index(row, 0)));
}

void TableDock::show(int index) {
  const bool there_is = index >= 0 && index < static_cast<int>(tables_.size());
  const NamedTable shown = there_is ? tables_[static_cast<size_t>(index)] : NamedTable{};
  table_->setAccessibleName(tr("%1, as a table").arg(shown.name));
  sorted_.setSourceModel(shown.model);
  table_->resizeColumnsToContents();
}

void TableDock::pick(const QModelIndex& row) {
  if (view_ == nullptr || sorted_.sourceModel() == nullptr) return;
  view_->pickRow(*sorted_.sourceModel(), sorted_.mapToSource(row).row());
}

}  // namespace slabscope::viewer
