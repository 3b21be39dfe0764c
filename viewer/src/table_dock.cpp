// SPDX-License-Identifier: GPL-3.0-or-later
#include "table_dock.h"

#include <QHeaderView>
#include <QTableView>

#include "table_text.h"

namespace slabscope::viewer {

TableDock::TableDock(Selection& selection, QWidget* parent)
    : QDockWidget(tr("Table"), parent), table_(new QTableView(this)) {
  setObjectName("table");
  sorted_.setSortRole(kFigureRole);
  table_->setModel(&sorted_);
  table_->setSortingEnabled(true);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setAlternatingRowColors(true);
  table_->setFont(textFont());
  table_->setWordWrap(false);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(22);
  table_->horizontalHeader()->setStretchLastSection(true);
  setWidget(table_);
  connect(&selection, &Selection::changed, this, &TableDock::refresh);
  connect(this, &QDockWidget::visibilityChanged, this, &TableDock::refresh);
}

void TableDock::setView(View* view) {
  view_ = view;
  refresh();
}

void TableDock::refresh() {
  if (!isVisible() || view_ == nullptr) return;
  table_->setAccessibleName(tr("%1, as a table").arg(view_->accessibleName()));
  sorted_.setSourceModel(view_->tableModel());
}

}  // namespace slabscope::viewer
