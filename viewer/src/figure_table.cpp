// SPDX-License-Identifier: GPL-3.0-or-later
#include "figure_table.h"

#include <QFont>
#include <utility>

#include "table_text.h"
#include "theme.h"

namespace slabscope::viewer {

FigureTable::FigureTable(std::vector<FigureHeading> headings, int first_figure, QObject* parent)
    : QAbstractTableModel(parent), headings_(std::move(headings)), first_figure_(first_figure) {}

void FigureTable::set(std::vector<FigureRow> rows) {
  beginResetModel();
  rows_ = std::move(rows);
  endResetModel();
}

int FigureTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int FigureTable::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(headings_.size());
}

QVariant FigureTable::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const FigureRow& one = row(index.row());
  const FigureCell& cell = one.cells[static_cast<size_t>(index.column())];
  switch (role) {
    case Qt::DisplayRole:
      return cell.text;
    case kFigureRole:
      return cell.figure.isValid() ? cell.figure : QVariant(cell.text);
    case Qt::ToolTipRole:
      return one.tooltip.isEmpty() ? cell.text : one.tooltip;
    case Qt::TextAlignmentRole:
      return static_cast<int>((index.column() < first_figure_ ? Qt::AlignLeft : Qt::AlignRight) |
                              Qt::AlignVCenter);
    case Qt::ForegroundRole:
      return cell.colour.isValid() ? QVariant(cell.colour) : QVariant();
    case Qt::FontRole: {
      if (!one.bold) return {};
      QFont font = textFont();
      font.setWeight(QFont::DemiBold);
      return font;
    }
    default:
      return {};
  }
}

QVariant FigureTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const FigureHeading& heading = headings_[static_cast<size_t>(section)];
  if (role == Qt::DisplayRole) return heading.name;
  if (role == Qt::ToolTipRole && !heading.meaning.isEmpty()) return heading.meaning;
  if (role == Qt::TextAlignmentRole)
    return static_cast<int>((section < first_figure_ ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  return {};
}

}  // namespace slabscope::viewer
