// SPDX-License-Identifier: GPL-3.0-or-later
#include "callers_model.h"

#include <QFont>
#include <algorithm>
#include <utility>

#include "slabscope/analysis/words.h"
#include "table_text.h"
#include "tables.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::CallerNode;
using analysis::Costs;

constexpr Heading kCallerHeadings[] = {
    {"Caller", "Who called for the memory, with all that was called from there"},
    {"Held", "Bytes that it keeps alive: live stores of its own and its share of whole slabs"},
    {"Share", "Of all bytes that callers hold"},
    {"Held itself", "Of these, what it holds where the stack ends with it"},
    {"Held alone", "Of the bytes held, those that nobody else has a part in"},
    {"Live", "Bytes of live stores of its own, and those of slabs that are under a live slice"},
    {"Held/live", "Bytes of slabs that it holds for each live one"},
    {"Allocated", "Bytes of all stores of its own and slices cut from slabs"},
    {"Allocations", "Stores of its own and slices cut from slabs"},
    {"Temporary", "Of the allocations, those that no collection has found alive"},
    {"Lifetime", "Half of those that have died lived less than this"}};

double shareOf(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void CallersModel::set(std::shared_ptr<const CallersAnswer> answer) {
  beginResetModel();
  answer_ = std::move(answer);
  marked_.clear();
  arrange();
  endResetModel();
}

void CallersModel::mark(std::vector<bool> nodes) {
  marked_ = std::move(nodes);
  if (answer_ != nullptr) emit dataChanged(index(0, 0), index(rowCount() - 1, 0), {Qt::FontRole});
}

void CallersModel::arrange() {
  roots_.clear();
  children_.clear();
  rows_.clear();
  if (answer_ == nullptr) return;
  const std::vector<CallerNode>& nodes = answer_->tree.nodes;
  roots_ = answer_->tree.roots;
  children_.reserve(nodes.size());
  for (const CallerNode& node : nodes) children_.push_back(node.children);
  rows_.resize(nodes.size());
  std::vector<double> keys(sort_column_ == kCaller ? 0 : nodes.size());
  for (uint32_t i = 0; i < keys.size(); ++i) keys[i] = figure(i, sort_column_).toDouble();
  const auto before = [&](uint32_t a, uint32_t b) {
    if (sort_order_ == Qt::DescendingOrder) std::swap(a, b);
    return keys.empty() ? answer_->names[a] < answer_->names[b] : keys[a] < keys[b];
  };
  const auto arrangeOne = [&](std::vector<uint32_t>& siblings) {
    std::stable_sort(siblings.begin(), siblings.end(), before);
    for (size_t i = 0; i < siblings.size(); ++i) rows_[siblings[i]] = static_cast<int>(i);
  };
  arrangeOne(roots_);
  for (std::vector<uint32_t>& siblings : children_) arrangeOne(siblings);
}

void CallersModel::sort(int column, Qt::SortOrder order) {
  emit layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
  sort_column_ = column;
  sort_order_ = order;
  emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
  arrange();
  const QModelIndexList old = persistentIndexList();
  QModelIndexList now;
  for (const QModelIndex& one : old) now.push_back(indexOf(nodeOf(one), one.column()));
  changePersistentIndexList(old, now);
  emit layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

const std::vector<uint32_t>& CallersModel::childrenOf(uint32_t node) const {
  return node == CallerNode::kNone ? roots_ : children_[node];
}

QModelIndex CallersModel::indexOf(uint32_t node, int column) const {
  return createIndex(rows_[node], column, static_cast<quintptr>(node));
}

QModelIndex CallersModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  const auto& siblings = childrenOf(parent.isValid() ? nodeOf(parent) : CallerNode::kNone);
  return createIndex(row, column, static_cast<quintptr>(siblings[static_cast<size_t>(row)]));
}

QModelIndex CallersModel::parent(const QModelIndex& child) const {
  if (!child.isValid()) return {};
  const uint32_t parent = answer_->tree.nodes[nodeOf(child)].parent;
  return parent == CallerNode::kNone ? QModelIndex() : indexOf(parent);
}

int CallersModel::rowCount(const QModelIndex& parent) const {
  if (parent.isValid() && parent.column() != 0) return 0;
  return static_cast<int>(childrenOf(parent.isValid() ? nodeOf(parent) : CallerNode::kNone).size());
}

int CallersModel::columnCount(const QModelIndex& /*parent*/) const {
  return kColumns;
}

QVariant CallersModel::figure(uint32_t node, int column) const {
  const analysis::CallerCosts& total = answer_->tree.nodes[node].total;
  const Costs& costs = total.costs;
  switch (column) {
    case kCaller:
      return answer_->names[node];
    case kHeld:
      return figureOf(costs.held_bytes);
    case kShare:
      return shareOf(costs.held_bytes, answer_->table->total.held_bytes);
    case kSelf:
      return figureOf(answer_->tree.nodes[node].self.costs.held_bytes);
    case kAlone:
      return figureOf(total.alone_bytes);
    case kLive:
      return figureOf(costs.live_bytes);
    case kFactor:
      return costs.amplification().value_or(0);
    case kBytes:
      return figureOf(costs.bytes);
    case kAllocations:
      return figureOf(costs.allocations);
    case kTemporary:
      return shareOf(costs.temporary, costs.allocations);
    default:
      return figureOf(costs.lifetimes.count() == 0 ? 0 : costs.lifetimes.median()->until);
  }
}

QString CallersModel::text(uint32_t node, int column) const {
  const Costs& costs = answer_->tree.nodes[node].total.costs;
  switch (column) {
    case kCaller:
      return answer_->names[node];
    case kShare:
      return percentOf(costs.held_bytes, answer_->table->total.held_bytes);
    case kFactor:
      return QString::fromStdString(analysis::factorInWords(costs.slab_held_bytes, costs.slab_live_bytes));
    case kAllocations:
      return countText(costs.allocations);
    case kTemporary:
      return percentOf(costs.temporary, costs.allocations);
    case kLifetime:
      if (costs.lifetimes.count() == 0) return "-";
      return "< " + durationText(costs.lifetimes.median()->until);
    default:
      return bytes(figure(node, column).toULongLong());
  }
}

QVariant CallersModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const uint32_t node = nodeOf(index);
  if (role == Qt::DisplayRole) return text(node, index.column());
  if (role == kFigureRole) return figure(node, index.column());
  if (role == Qt::ToolTipRole) return describe(*answer_, node);
  if (role == Qt::TextAlignmentRole && index.column() != kCaller)
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  if (role == Qt::FontRole && node < marked_.size() && marked_[node]) {
    QFont bold;
    bold.setBold(true);
    return bold;
  }
  return {};
}

QVariant CallersModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
  if (role == Qt::DisplayRole)
    return QString::fromLatin1(kCallerHeadings[section].name) +
           (section == sort_column_ ? orderMark(sort_order_) : QString());
  if (role == Qt::ToolTipRole) return QString::fromLatin1(kCallerHeadings[section].meaning);
  if (role == Qt::TextAlignmentRole && section != kCaller) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  return {};
}

}  // namespace slabscope::viewer
