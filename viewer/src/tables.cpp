// SPDX-License-Identifier: GPL-3.0-or-later
#include "tables.h"

#include <QEvent>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <algorithm>

namespace slabscope::viewer {

namespace {

// A cell's words and nothing else. Through a style sheet each cell takes a tenth of a millisecond, and a
// table in sight has hundreds.
class PlainCell : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const bool is_picked = option.state.testFlag(QStyle::State_Selected);
    if (is_picked) painter->fillRect(option.rect, option.palette.brush(QPalette::Highlight));
    const QString words = index.data(Qt::DisplayRole).toString();
    if (words.isEmpty()) return;
    const QVariant font = index.data(Qt::FontRole);
    painter->setFont(font.isValid() ? font.value<QFont>() : option.font);
    const QVariant ink = index.data(Qt::ForegroundRole);
    painter->setPen(ink.isValid()
                        ? ink.value<QColor>()
                        : option.palette.color(is_picked ? QPalette::HighlightedText : QPalette::Text));
    const QVariant flush = index.data(Qt::TextAlignmentRole);
    const int alignment =
        flush.isValid() ? flush.toInt() : static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    // The headings have the same margins, so that figures stand under theirs.
    const QRect area = option.rect.adjusted(kCellMargin, 0, -kCellMargin, 0);
    painter->drawText(area, alignment | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(words, option.textElideMode, area.width()));
  }

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const QVariant font = index.data(Qt::FontRole);
    const QFontMetrics metrics(font.isValid() ? font.value<QFont>() : option.font);
    return {metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString()) + 2 * kCellMargin,
            metrics.height()};
  }

 private:
  static constexpr int kCellMargin = 8;
};

class WideColumn : public QObject {
 public:
  WideColumn(QAbstractItemView& view, QHeaderView& header, int column, int least)
      : QObject(&view), viewport_(view.viewport()), header_(header), column_(column), least_(least) {
    viewport_->installEventFilter(this);
    connect(&header, &QHeaderView::sectionResized, this, [this](int section) {
      if (section != column_) fit();
    });
    fit();
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() == QEvent::Resize) fit();
    return QObject::eventFilter(watched, event);
  }

 private:
  void fit() {
    if (header_.isSectionHidden(column_)) return;
    const int others = header_.length() - header_.sectionSize(column_);
    header_.resizeSection(column_, std::max(least_, viewport_->width() - others));
  }

  QWidget* viewport_;
  QHeaderView& header_;
  int column_;
  int least_;
};

}  // namespace

void keepWide(QAbstractItemView& view, QHeaderView& header, int column, int least) {
  header.setStretchLastSection(false);
  header.setSectionResizeMode(column, QHeaderView::Interactive);
  new WideColumn(view, header, column, least);  // the view's child
}

QVariant TableOrder::headerData(int section, Qt::Orientation orientation, int role) const {
  QVariant told = QSortFilterProxyModel::headerData(section, orientation, role);
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section != sortColumn()) return told;
  return told.toString() + (sortOrder() == Qt::DescendingOrder ? " ▾" : " ▴");
}

void setUpTable(QTableView& table, const QString& name, std::initializer_list<int> widths) {
  table.setItemDelegate(new PlainCell(&table));
  table.setSortingEnabled(true);
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.setSelectionMode(QAbstractItemView::SingleSelection);
  table.setShowGrid(false);
  table.setAlternatingRowColors(true);
  table.setWordWrap(false);
  table.setTabKeyNavigation(false);
  table.setFrameShape(QFrame::NoFrame);
  table.setFont(textFont());
  table.setAccessibleName(name);
  table.verticalHeader()->hide();
  table.verticalHeader()->setDefaultSectionSize(22);
  QHeaderView* header = table.horizontalHeader();
  header->setFont(textFont(11));
  header->setHighlightSections(false);
  header->setStretchLastSection(true);
  int column = 0;
  for (const int width : widths) header->resizeSection(column++, width);
}

void dressTable(QTableView& table, const Theme& theme) {
  const QPalette palette = theme.palette();
  table.setPalette(palette);
  // The ground too: a table that was hidden when it got its palette is painted with the desktop's.
  table.setStyleSheet(
      QString("QHeaderView::section { background: %1; color: %2; border: none; padding: 5px 8px;"
              " border-bottom: 1px solid %3; }"
              "QHeaderView::down-arrow, QHeaderView::up-arrow { image: none; width: 0px; height: 0px; }"
              "QTableView { background-color: %1; alternate-background-color: %4; color: %5; }")
          .arg(theme.panel.name(), theme.muted.name(), theme.frame.name(),
               palette.color(QPalette::AlternateBase).name(), theme.text.name()));
}

}  // namespace slabscope::viewer
