// SPDX-License-Identifier: GPL-3.0-or-later
#include "retention_model.h"

#include <utility>

#include "caller_costs.h"
#include "slabscope/analysis/words.h"
#include "table_text.h"
#include "tables.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using Kind = RetentionRow::Kind;

constexpr Heading kHolderHeadings[] = {
    {"Holder", "The line whose slices keep slabs alive"},
    {"Survived", "Its share of slabs, by slices that have survived a full collection"},
    {"Share", "Of the bytes of all slabs"},
    {"Alone", "Bytes of slabs that nobody else holds"},
    {"Live", "Bytes under at least one of these slices"},
    {"Held/live", "Bytes of slabs that it holds for each live one"},
    {"Slices", "Live slices, views included"},
    {"With younger", "Its share of slabs by all its live slices, those too that may be garbage"},
    {"Through it", "Of all its live slices, those with the picked caller on their stack"}};
constexpr Heading kHeldByAll = {"Held",
                                "Its share of slabs by its live slices; no full collection has judged them"};

bool saysNothing(const RetentionRow& row, int column) {
  const bool of_callers = column == RetentionModel::kAlone || column == RetentionModel::kHeldNow ||
                          column == RetentionModel::kThrough;
  return (row.kind != Kind::kHolder && of_callers) ||
         (row.kind == Kind::kUnknown && column > RetentionModel::kShare);
}

}  // namespace

void RetentionModel::set(std::shared_ptr<const Loaded> recording,
                         std::shared_ptr<const RetentionAnswer> answer) {
  beginResetModel();
  recording_ = std::move(recording);
  answer_ = std::move(answer);
  endResetModel();
}

void RetentionModel::setThrough(std::shared_ptr<const HeldThrough> through) {
  through_ = std::move(through);
  if (rowCount() != 0) emit dataChanged(index(0, kThrough), index(rowCount() - 1, kThrough));
}

int RetentionModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || answer_ == nullptr ? 0 : static_cast<int>(answer_->rows.size());
}

int RetentionModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

HeldThrough::Part RetentionModel::partOf(const RetentionRow& row) const {
  if (through_ == nullptr) return {};
  const auto part = through_->owners.find(row.owner);
  return part == through_->owners.end() ? HeldThrough::Part{} : part->second;
}

QVariant RetentionModel::figure(const RetentionRow& row, int column) const {
  if (!knows(column)) return {};
  switch (column) {
    case kCaller:
      return nameOf(*recording_, row);
    case kHeld:
      return figureOf(row.held);
    case kShare:
      return static_cast<double>(row.held) / static_cast<double>(std::max<uint64_t>(answer_->slab_bytes, 1));
    case kAlone:
      return figureOf(row.alone);
    case kLive:
      return figureOf(row.live);
    case kFactor:
      return row.live == 0 ? 0 : static_cast<double>(row.held) / static_cast<double>(row.live);
    case kSlices:
      return figureOf(row.slices);
    case kHeldNow:
      return figureOf(row.held_now);
    default:
      return figureOf(partOf(row).slices);
  }
}

QString RetentionModel::text(const RetentionRow& row, int column) const {
  if (saysNothing(row, column)) return {};
  if (!knows(column)) return QString("?");
  switch (column) {
    case kCaller:
      return nameOf(*recording_, row);
    case kShare:
      return percentOf(row.held, answer_->slab_bytes);
    case kFactor:
      return QString::fromStdString(analysis::factorInWords(row.held, row.live));
    case kSlices:
      return countText(row.slices);
    case kThrough:
      return tr("%1 of %2").arg(countText(partOf(row).slices), countText(partOf(row).of));
    default:
      return bytes(figure(row, column).toULongLong());
  }
}

QVariant RetentionModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const RetentionRow& one = row(index.row());
  if (role == Qt::DisplayRole) return text(one, index.column());
  if (role == kFigureRole) return figure(one, index.column());
  if (role == Qt::ToolTipRole) return describe(*recording_, *answer_, one);
  if (role == Qt::TextAlignmentRole && index.column() != kCaller)
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  return {};
}

QVariant RetentionModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
  const bool by_all = section == kHeld && answer_ != nullptr && !answer_->knowsSurvivors();
  const Heading& heading = by_all ? kHeldByAll : kHolderHeadings[section];
  if (role == Qt::DisplayRole) return QString::fromLatin1(heading.name);
  if (role == Qt::ToolTipRole) return QString::fromLatin1(heading.meaning);
  if (role == Qt::TextAlignmentRole)
    return QVariant((section == kCaller ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  return {};
}

}  // namespace slabscope::viewer
