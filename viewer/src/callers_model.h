// SPDX-License-Identifier: GPL-3.0-or-later
// The tree of callers with what each costs: the figures of `slabscope report --tree`.
#pragma once

#include <QAbstractItemModel>
#include <memory>
#include <vector>

#include "caller_costs.h"

namespace slabscope::viewer {

class CallersModel : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum Column {
    kCaller,
    kHeld,
    kShare,
    kSelf,
    kAlone,
    kLive,
    kFactor,
    kBytes,
    kAllocations,
    kTemporary,
    kLifetime,
    kColumns
  };
  using QAbstractItemModel::QAbstractItemModel;

  /// Null: an empty tree.
  void set(std::shared_ptr<const CallersAnswer> answer);
  /// Nodes that are written bold; one entry for each, or none at all.
  void mark(std::vector<bool> nodes);

  uint32_t nodeOf(const QModelIndex& index) const { return static_cast<uint32_t>(index.internalId()); }
  QModelIndex indexOf(uint32_t node, int column = kCaller) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
  void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

 private:
  const std::vector<uint32_t>& childrenOf(uint32_t node) const;
  void arrange();
  QString text(uint32_t node, int column) const;
  QVariant figure(uint32_t node, int column) const;

  std::shared_ptr<const CallersAnswer> answer_;
  std::vector<bool> marked_;
  int sort_column_ = kHeld;
  Qt::SortOrder sort_order_ = Qt::DescendingOrder;
  // As they are sorted.
  std::vector<uint32_t> roots_;
  std::vector<std::vector<uint32_t>> children_;  // by node
  std::vector<int> rows_;                        // by node: its place among its siblings
};

}  // namespace slabscope::viewer
