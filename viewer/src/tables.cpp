// SPDX-License-Identifier: GPL-3.0-or-later
#include "tables.h"

#include <QEvent>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTableView>
#include <algorithm>
#include <cmath>

#include "caller_text.h"
#include "table_text.h"

namespace slabscope::viewer {

namespace {

// A cell's words and nothing else. Through a style sheet each cell takes a tenth of a millisecond, and a
// table in sight has hundreds.
class PlainCell : public QStyledItemDelegate {
 public:
  PlainCell(int height, QObject* parent) : QStyledItemDelegate(parent), height_(height) {}

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
                      elidedCaller(words, QFontMetricsF(painter->font()), area.width()));
  }

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const QVariant font = index.data(Qt::FontRole);
    const QFontMetricsF metrics(font.isValid() ? font.value<QFont>() : option.font);
    const double width = metrics.horizontalAdvance(index.data(Qt::DisplayRole).toString());
    return {static_cast<int>(std::ceil(width)) + 2 * kCellMargin,
            std::max(height_, static_cast<int>(std::ceil(metrics.height())))};
  }

 private:
  static constexpr int kCellMargin = 8;

  int height_;
};

class ColumnKeeper : public QObject {
 public:
  ColumnKeeper(QAbstractItemView& view, QHeaderView& header, const WideColumn& wide)
      : QObject(&view), viewport_(view.viewport()), header_(header), wide_(wide) {
    viewport_->installEventFilter(this);
    connect(&header, &QHeaderView::sectionResized, this, [this](int section) {
      if (section != wide_.column) fit();
    });
    fit();
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() == QEvent::Resize) fit();
    return QObject::eventFilter(watched, event);
  }

 private:
  int widthOfOthers() const { return header_.length() - header_.sectionSize(wide_.column); }
  int room() const { return viewport_->width() - wide_.least; }

  void fit() {
    if (is_fitting_ || header_.isSectionHidden(wide_.column)) return;
    is_fitting_ = true;
    // A hidden section knows its size once it is shown again.
    while (!gone_.empty()) {
      header_.showSection(gone_.back());
      gone_.pop_back();
    }
    for (const int column : wide_.may_go) {
      if (widthOfOthers() <= room()) break;
      if (header_.isSectionHidden(column)) continue;
      header_.hideSection(column);
      gone_.push_back(column);
    }
    header_.resizeSection(wide_.column, std::max(wide_.least, viewport_->width() - widthOfOthers()));
    is_fitting_ = false;
  }

  QWidget* viewport_;
  QHeaderView& header_;
  WideColumn wide_;
  std::vector<int> gone_;  // for want of room
  bool is_fitting_ = false;
};

}  // namespace

void keepWide(QAbstractItemView& view, QHeaderView& header, const WideColumn& wide) {
  header.setStretchLastSection(false);
  header.setSectionResizeMode(wide.column, QHeaderView::Interactive);
  new ColumnKeeper(view, header, wide);  // the view's child
}

void onRowPicked(QAbstractItemView& view, std::function<void(const QModelIndex& row)> picked) {
  QObject::connect(view.selectionModel(), &QItemSelectionModel::selectionChanged, &view,
                   [picked = std::move(picked)](const QItemSelection& selected) {
                     if (!selected.isEmpty()) picked(selected.indexes().front());
                   });
}

void setPlainCells(QAbstractItemView& view, int height) {
  view.setItemDelegate(new PlainCell(height, &view));
}

QString orderMark(Qt::SortOrder order) {
  return order == Qt::DescendingOrder ? QStringLiteral(" ▾") : QStringLiteral(" ▴");
}

TableOrder::TableOrder() {
  setSortRole(kFigureRole);
}

QVariant TableOrder::headerData(int section, Qt::Orientation orientation, int role) const {
  QVariant told = QSortFilterProxyModel::headerData(section, orientation, role);
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section != sortColumn()) return told;
  return told.toString() + orderMark(sortOrder());
}

void setUpTable(QTableView& table, const QString& name, std::initializer_list<int> widths) {
  setPlainCells(table, 0);
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

QString viewStyle(const char* view, const Theme& theme) {
  const QPalette palette = theme.palette();
  return QString(
             "QHeaderView::section { background: %2; color: %6; border: none; padding: 5px 8px;"
             " border-bottom: 1px solid %7; }"
             "QHeaderView::down-arrow, QHeaderView::up-arrow { image: none; width: 0px; height: 0px; }"
             "%1 { background-color: %2; alternate-background-color: %3; color: %4;"
             " selection-background-color: %5; selection-color: %4; }")
             .arg(QString::fromLatin1(view), theme.panel.name(),
                  palette.color(QPalette::AlternateBase).name(), theme.text.name(),
                  palette.color(QPalette::Highlight).name(), theme.muted.name(), theme.frame.name()) +
         theme.scrollBarStyle();
}

void setUpScrollArea(QScrollArea& area, QWidget& contents) {
  area.setWidget(&contents);
  area.setWidgetResizable(true);
  area.setFrameShape(QFrame::NoFrame);
}

void dressScrollArea(QAbstractScrollArea& area, const Theme& theme) {
  area.setPalette(theme.palette());
  // Only the bars: with a sheet of its own the area would keep its contents from the palette.
  for (QScrollBar* bar : {area.verticalScrollBar(), area.horizontalScrollBar()})
    bar->setStyleSheet(theme.scrollBarStyle());
}

void dressTable(QTableView& table, const Theme& theme) {
  dress(table, theme, viewStyle("QTableView", theme));
}

}  // namespace slabscope::viewer
