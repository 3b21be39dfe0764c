// SPDX-License-Identifier: GPL-3.0-or-later
#include "slices_model.h"

#include <array>
#include <utility>

#include "table_text.h"
#include "words.h"

namespace slabscope::viewer {

using analysis::SliceLife;

void SlicesModel::set(std::shared_ptr<const Loaded> recording, const analysis::SlabLife* slab) {
  if (recording == recording_ && slab == slab_) return;
  beginResetModel();
  recording_ = std::move(recording);
  slab_ = slab;
  endResetModel();
}

int SlicesModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || slab_ == nullptr ? 0 : static_cast<int>(slab_->slices);
}

int SlicesModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QVariant SlicesModel::figure(const SliceLife& slice, int column) const {
  switch (column) {
    case kSlice:
      return figureOf(slice.slice.value);
    case kOffset:
      return figureOf(slice.offset);
    case kLength:
      return figureOf(slice.length);
    case kBorn:
      return figureOf(slice.life.born);
    case kDied:
      return slice.life.hasDied() ? figureOf(slice.life.died) : QVariant();
    default:
      return {};
  }
}

QString SlicesModel::text(const SliceLife& slice, int column) const {
  switch (column) {
    case kSlice:
      return countText(slice.slice.value);
    case kOffset:
      return QString::number(slice.offset);
    case kLength:
      return bytes(slice.length);
    case kBorn:
      return timeText(slice.life.born);
    case kDied:
      return slice.life.hasDied() ? timeText(slice.life.died) : QString();
    case kKind:
      return slice.view ? tr("view") : tr("cut");
    default:
      return recording_->callerName(recording_->ownerOf(slice.stack));
  }
}

QVariant SlicesModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const SliceLife& one = slice(index.row());
  if (role == Qt::DisplayRole) return text(one, index.column());
  if (role == kFigureRole) return figure(one, index.column());
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue(Qt::AlignVCenter | (index.column() < kKind ? Qt::AlignRight : Qt::AlignLeft));
  return {};
}

QVariant SlicesModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
  static constexpr std::array<const char*, kColumns> kNames = {"Slice", "Offset, bytes", "Length", "Born",
                                                               "Died",  "Kind",          "Caller"};
  if (role == Qt::DisplayRole) return tr(kNames.at(static_cast<size_t>(section)));
  if (role == Qt::TextAlignmentRole)
    return QVariant::fromValue(Qt::AlignVCenter | (section < kKind ? Qt::AlignRight : Qt::AlignLeft));
  return {};
}

}  // namespace slabscope::viewer
