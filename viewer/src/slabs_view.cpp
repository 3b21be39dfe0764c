// SPDX-License-Identifier: GPL-3.0-or-later
#include "slabs_view.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPainter>
#include <QTableView>
#include <algorithm>
#include <utility>

#include "painting.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

constexpr int kCaption = 26;
constexpr int kLeastForChart = 420;  // of the view's height: below it the table gets all of it

}  // namespace

SlabsView::SlabsView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      chart_(new PoolChart(selection, this)),
      table_(new QTableView(this)),
      strips_(new UsageStrip(this)),
      lookup_(findRows,
              [this](const RowsQuestion& question, const std::shared_ptr<const RowsAnswer>& answer) {
                shown_ = question;
                rows_ = *answer;
                fillTable();
              }),
      held_([this] { fillTable(); }),
      strip_lookup_(findStrips,
                    [this](const StripsQuestion& question, const std::shared_ptr<const Strips>& strips) {
                      for (const auto& [store, live] : *strips)
                        strips_->keep(question.recording.get(), store, live);
                      table_->viewport()->update();
                      // What has come into sight since.
                      askForStrips();
                    }) {
  setMinimumSize(560, 320);
  setAccessibleName(tr("Slabs"));
  makeTable();
  setFocusProxy(table_);
  // Not while the table paints.
  connect(strips_, &UsageStrip::missing, this, &SlabsView::askForStrips, Qt::QueuedConnection);
  dressTable(*table_, theme());
}

void SlabsView::makeTable() {
  table_->setModel(&model_);
  setUpTable(*table_, tr("Slabs"), {64, 86, 72, 76, 76, 82, 76, 74, 72, 68, 58, 78, 160, 270});
  table_->setItemDelegateForColumn(SlabsModel::kOverTime, strips_);
  table_->sortByColumn(SlabsModel::kNotLive, Qt::DescendingOrder);
  keepWide(*table_, *table_->horizontalHeader(),
           {.column = SlabsModel::kOverTime,
            .least = 150,
            .may_go = {SlabsModel::kPadding, SlabsModel::kTail, SlabsModel::kDead, SlabsModel::kKind,
                       SlabsModel::kSlices, SlabsModel::kBorn, SlabsModel::kLive, SlabsModel::kAge}});
  auto* copy_rows = new QAction(tr("Copy the table"), table_);
  copy_rows->setShortcut(QKeySequence::Copy);
  copy_rows->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(copy_rows, &QAction::triggered, this,
          [this] { QGuiApplication::clipboard()->setText(tableText(model_, TextFormat::kTabs)); });
  table_->addAction(copy_rows);
  table_->setContextMenuPolicy(Qt::ActionsContextMenu);
  onRowPicked(*table_, [this](const QModelIndex& row) {
    if (showing_) return;
    Picks next = picks();
    next.slab = model_.row(row.row()).store;
    selection().set(next);
  });
}

SlabsView::RowsAnswer SlabsView::findRows(const RowsQuestion& question, const analysis::Progress& progress) {
  Result<std::vector<analysis::SlabRow>> rows =
      analysis::slabTable(question.recording->scan, question.at, progress);
  if (!rows) return {nullptr, QString::fromStdString(rows.error().message)};
  return {std::make_shared<const std::vector<analysis::SlabRow>>(std::move(*rows)), {}};
}

SlabsView::Strips SlabsView::findStrips(const StripsQuestion& question, const analysis::Progress& progress) {
  Strips strips;
  const analysis::Lifetimes& lives = question.recording->lives;
  for (const recording::StoreId store : question.slabs) {
    progress(strips.size());
    if (const analysis::SlabLife* slab = lives.find(store))
      strips.emplace_back(store, liveBytesOf(lives, *slab));
  }
  return strips;
}

void SlabsView::recordingChanged() {
  lookup_.giveUp();
  asked_.reset();
  shown_.reset();
  rows_ = {};
  held_.clear();
  chart_->setRecording(sharedRecording());
  if (recording() != nullptr) chart_->setRange(shownRange());
  fillTable();
  updateStrips();
  look();
}

void SlabsView::selectionChanged() {
  if (recording() != nullptr) chart_->setRange(shownRange());
  updateStrips();
  look();
  showPicked();
  update();
}

void SlabsView::themeChanged() {
  dressTable(*table_, theme());
  chart_->setTheme(theme());
  updateStrips();
  update();
}

void SlabsView::look() {
  if (recording() == nullptr) return;
  const RowsQuestion question{sharedRecording(), shownInstant()};
  if (asked_ != question) {
    asked_ = question;
    lookup_.ask(question);
  }
  held_.ask(sharedRecording(), picks().caller, shownInstant());
}

void SlabsView::fillTable() {
  showing_ = true;
  model_.set(sharedRecording(), shown_ ? shown_->at : analysis::Instant(), rows_.rows,
             held_.held() == nullptr ? nullptr : &held_.held()->slabs);
  showing_ = false;
  layOut();
  showPicked();
  update();
  emit dataChanged();
}

void SlabsView::updateStrips() {
  if (recording() == nullptr) return;
  strips_->set(sharedRecording(), theme(), shownRange(), picks().instant);
  table_->viewport()->update();
}

void SlabsView::askForStrips() {
  if (recording() == nullptr || strip_lookup_.isBusy()) return;
  std::vector<recording::StoreId> slabs = strips_->takeMissing();
  if (!slabs.empty()) strip_lookup_.ask({sharedRecording(), std::move(slabs)});
}

void SlabsView::settleView() {
  lookup_.settle();
  held_.settle();
  chart_->settle();
  // Painting tells which strips are in sight.
  grab();
  askForStrips();
  strip_lookup_.settle();
}

std::vector<NamedTable> SlabsView::listTables() {
  if (recording()->lives.slabs.empty()) return {};
  return {{table_->accessibleName(), &model_}, {chart_->accessibleName(), &chart_->rows()}};
}

void SlabsView::pickRow(const QAbstractItemModel& table, int row) {
  Picks next = picks();
  if (&table == &model_) {
    next.slab = model_.row(row).store;
  } else {
    next.instant = analysis::Instant{table.index(row, 0).data(kFigureRole).toULongLong()};
  }
  selection().set(next);
}

void SlabsView::showPicked() {
  const int row = picks().slab ? model_.indexOf(picks().slab) : -1;
  showing_ = true;
  if (row < 0) {
    table_->clearSelection();
  } else {
    const QModelIndex index = model_.index(row, 0);
    table_->setCurrentIndex(index);
    table_->scrollTo(index);
  }
  showing_ = false;
}

void SlabsView::resizeEvent(QResizeEvent* /*event*/) {
  layOut();
}

void SlabsView::layOut() {
  const bool has_slabs = recording() != nullptr && !recording()->lives.slabs.empty();
  chart_->setVisible(has_slabs && height() >= kLeastForChart);
  table_->setVisible(model_.rowCount() != 0);
  const int margin = static_cast<int>(kMargin);
  int top = static_cast<int>(kHeading);
  if (has_slabs && height() >= kLeastForChart) {
    const int high = std::clamp(height() * 3 / 10, 150, 260);
    chart_->setGeometry(margin, top, std::max(0, width() - 2 * margin), high);
    top += high;
  }
  top += kCaption;
  table_->setGeometry(margin, top, std::max(0, width() - 2 * margin), std::max(0, height() - top));
}

QString SlabsView::caption() const {
  const QString count = counted(static_cast<uint64_t>(model_.rowCount()), "slab");
  QString words =
      tr("%1, %2, alive at %3")
          .arg(count, bytes(model_.slabBytes()), timeText(shown_ ? shown_->at.t : shownInstant().t));
  if (held_.held() != nullptr)
    words += tr(": of %1 those that %2 keeps alive")
                 .arg(countText(rows_.rows->size()), recording()->callerName(held_.held()->caller));
  return words;
}

QString SlabsView::emptiness() const {
  if (!rows_.trouble.isEmpty()) return rows_.trouble;
  if (rows_.rows == nullptr) return tr("Reading…");
  if (rows_.rows->empty()) return lackOfSlabs(shown_->at.t);
  return tr("%1 keeps no slab alive at %2.")
      .arg(recording()->callerName(held_.held()->caller), timeText(shown_->at.t));
}

void SlabsView::paint(QPainter& painter) {
  paintHeading(painter, theme(), rect(), tr("Slabs"),
               recording()->title() + tr(" · what became of their bytes, and who keeps them alive"));
  const QRectF below(0, table_->y() - kCaption, width(), height() - table_->y() + kCaption);
  if (model_.rowCount() == 0) {
    paintEmpty(painter, theme(), below, emptiness());
    return;
  }
  const QRectF line(kMargin, below.top(), width() - 2 * kMargin, kCaption);
  painter.setFont(textFont(11));
  painter.setPen(theme().muted);
  const QFontMetricsF metrics(textFont(11));
  const bool knows = recording()->scan.knowsSlices();
  const QString used = knows ? tr("used over time:  0") : tr("used over time: not known");
  QRectF rest = line;
  if (knows) {
    const double all = metrics.horizontalAdvance("100 %");
    const QRectF ramp(line.right() - all - 6 - 100, line.center().y() - 5, 100, 10);
    paintRamp(painter, theme(), ramp);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, "100 %");
    painter.fillRect(QRectF(ramp.left() - 12, ramp.top(), 10, 10), theme().dead);
    rest.setRight(ramp.left() - 18);
  }
  painter.drawText(rest, Qt::AlignRight | Qt::AlignVCenter, used);
  const double free = rest.width() - metrics.horizontalAdvance(used) - 24;
  painter.setPen(theme().text);
  painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(caption(), Qt::ElideRight, std::max(0.0, free)));
}

}  // namespace slabscope::viewer
