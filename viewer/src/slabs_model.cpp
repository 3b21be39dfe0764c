// SPDX-License-Identifier: GPL-3.0-or-later
#include "slabs_model.h"

#include <algorithm>
#include <utility>

#include "slabscope/analysis/words.h"
#include "tables.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::SlabRow;

constexpr Heading kSlabHeadings[] = {
    {"Slab", "The backing store's number in the recording"},
    {"Kind", "Node's own pool, or that of its C++"},
    {"Born", "Seconds since the start"},
    {"Size", "Bytes of the slab"},
    {"Live", "Bytes under at least one slice that has not been collected"},
    {"Not live", "Bytes that are held for nothing: size without live"},
    {"Dead", "Bytes that were handed out and are no longer live"},
    {"Padding", "Bytes between slices, for their alignment"},
    {"Tail", "Bytes behind the last slice of a slab that its pool has left"},
    {"Used", "Live bytes of the slab's size"},
    {"Slices", "Live slices, views included"},
    {"Used over time", "From no live byte to all of them; empty before its birth and after its death"},
    {"Held by", "The caller of the live slices; of several, that with the largest share"}};

}  // namespace

void SlabsModel::set(std::shared_ptr<const Loaded> recording, std::vector<SlabRow> rows) {
  beginResetModel();
  recording_ = std::move(recording);
  rows_ = std::move(rows);
  endResetModel();
}

int SlabsModel::indexOf(recording::StoreId store) const {
  const auto found =
      std::find_if(rows_.begin(), rows_.end(), [&](const SlabRow& row) { return row.store == store; });
  return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int SlabsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int SlabsModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QString SlabsModel::holder(const SlabRow& row) const {
  if (row.holders.empty()) return tr("no live slice");
  QString name = QString::fromStdString(recording_->callerName(row.holders.front().owner));
  if (row.holders.size() > 1) name += tr("  and %1 more").arg(row.holders.size() - 1);
  return name;
}

QVariant SlabsModel::figure(const SlabRow& row, int column) const {
  switch (column) {
    case kSlab:
      return QVariant::fromValue<qulonglong>(row.store.value);
    case kKind:
      return QString::fromLatin1(recording::toString(row.kind));
    case kBorn:
      return QVariant::fromValue<qulonglong>(row.born);
    case kSize:
      return QVariant::fromValue<qulonglong>(row.size);
    case kLive:
      return QVariant::fromValue<qulonglong>(row.live);
    case kNotLive:
      return QVariant::fromValue<qulonglong>(row.size - row.live);
    case kDead:
      return QVariant::fromValue<qulonglong>(row.dead);
    case kPadding:
      return QVariant::fromValue<qulonglong>(row.padding);
    case kTail:
      return QVariant::fromValue<qulonglong>(row.tail);
    case kUsed:
    case kOverTime:
      return row.utilisation();
    case kSlices:
      return QVariant::fromValue<qulonglong>(row.slices);
    default:
      return holder(row);
  }
}

QString SlabsModel::text(const SlabRow& row, int column) const {
  switch (column) {
    case kBorn:
      return QString::fromStdString(analysis::secondsInWords(row.born));
    case kSize:
    case kLive:
    case kNotLive:
    case kDead:
    case kPadding:
    case kTail:
      return bytes(figure(row, column).toULongLong());
    case kUsed:
      return QString::number(100 * row.utilisation(), 'f', 1) + " %";
    case kSlices:
      return QString::fromStdString(analysis::countInWords(row.slices));
    case kOverTime:
      return {};
    default:
      return figure(row, column).toString();
  }
}

QVariant SlabsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const SlabRow& one = row(index.row());
  const int column = index.column();
  if (role == Qt::DisplayRole) return text(one, column);
  if (role == kSortRole) return figure(one, column);
  if (role == Qt::ToolTipRole && column == kHeldBy) return holder(one);
  if (role == Qt::TextAlignmentRole) {
    const bool words = column == kKind || column == kHeldBy;
    return QVariant::fromValue(Qt::AlignVCenter | (words ? Qt::AlignLeft : Qt::AlignRight));
  }
  return {};
}

QVariant SlabsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
  if (role == Qt::DisplayRole) return tr(kSlabHeadings[section].name);
  if (role == Qt::ToolTipRole) return tr(kSlabHeadings[section].meaning);
  if (role == kPictureRole) return section == kOverTime;
  if (role == Qt::TextAlignmentRole) {
    const bool words = section == kKind || section == kHeldBy || section == kOverTime;
    return QVariant::fromValue(Qt::AlignVCenter | (words ? Qt::AlignLeft : Qt::AlignRight));
  }
  return {};
}

}  // namespace slabscope::viewer
