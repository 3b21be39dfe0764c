// SPDX-License-Identifier: GPL-3.0-or-later
#include "table_text.h"

#include <vector>

#include "tables.h"

namespace slabscope::viewer {
namespace {

class Writer {
 public:
  Writer(const QAbstractItemModel& table, TextFormat format) : table_(table), format_(format) {
    for (int column = 0; column < table.columnCount(); ++column) {
      if (!table.headerData(column, Qt::Horizontal, kPictureRole).toBool()) columns_.push_back(column);
    }
  }

  QString write() {
    for (const int column : columns_) cell(column, nameOfColumn(column));
    end();
    rows({}, 0);
    return text_;
  }

 private:
  // Without the mark of the rows' order.
  QString nameOfColumn(int column) const {
    QString name = table_.headerData(column, Qt::Horizontal).toString();
    for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
      if (name.endsWith(orderMark(order))) name.chop(orderMark(order).size());
    }
    return name;
  }

  void rows(const QModelIndex& parent, qsizetype depth) {
    for (int row = 0; row < table_.rowCount(parent); ++row) {
      for (const int column : columns_) {
        const QModelIndex index = table_.index(row, column, parent);
        const QVariant figure = index.data(kFigureRole);
        const QString indent = column == columns_.front() ? QString(2 * depth, ' ') : QString();
        cell(column, indent + (figure.isValid() ? figure : index.data()).toString());
      }
      end();
      rows(table_.index(row, 0, parent), depth + 1);
    }
  }

  void cell(int column, QString words) {
    const bool csv = format_ == TextFormat::kCsv;
    if (column != columns_.front()) text_ += csv ? ',' : '\t';
    if (!csv) {
      text_ += words.replace('\t', ' ').replace('\n', ' ');
    } else if (words.contains(',') || words.contains('"') || words.contains('\n') || words.contains('\r')) {
      text_ += '"' + words.replace('"', "\"\"") + '"';
    } else {
      text_ += words;
    }
  }

  void end() { text_ += format_ == TextFormat::kCsv ? "\r\n" : "\n"; }

  const QAbstractItemModel& table_;
  TextFormat format_;
  std::vector<int> columns_;
  QString text_;
};

}  // namespace

QString tableText(const QAbstractItemModel& table, TextFormat format) {
  return Writer(table, format).write();
}

}  // namespace slabscope::viewer
