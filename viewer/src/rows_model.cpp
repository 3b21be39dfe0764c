// SPDX-License-Identifier: GPL-3.0-or-later
#include "rows_model.h"

#include <utility>

#include "slabscope/analysis/words.h"
#include "table_text.h"

namespace slabscope::viewer {
namespace {

RowsModel::Cell cell(const std::string& words, uint64_t figure) {
  return {QString::fromStdString(words), figureOf(figure)};
}

}  // namespace

void RowsModel::set(const QStringList& headings, std::vector<Row> rows) {
  beginResetModel();
  headings_ = headings;
  rows_ = std::move(rows);
  endResetModel();
}

int RowsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RowsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(headings_.size());
}

QVariant RowsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Cell& one = rows_[static_cast<size_t>(index.row())][static_cast<size_t>(index.column())];
  if (role == Qt::DisplayRole) return one.words;
  if (role == kFigureRole) return one.figure;
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue(Qt::AlignVCenter | (one.figure.isValid() ? Qt::AlignRight : Qt::AlignLeft));
  return {};
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section >= headings_.size()) return {};
  return headings_.at(section);
}

RowsModel::Cell bytesCell(uint64_t bytes) {
  return cell(analysis::bytesInWords(bytes), bytes);
}

RowsModel::Cell timeCell(uint64_t t) {
  return cell(analysis::secondsInWords(t), t);
}

RowsModel::Cell countCell(uint64_t count) {
  return cell(analysis::countInWords(count), count);
}

}  // namespace slabscope::viewer
