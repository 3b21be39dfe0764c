// SPDX-License-Identifier: GPL-3.0-or-later
#include "diff_view.h"

#include <QHeaderView>
#include <QPainter>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "diff_rows.h"
#include "painting.h"
#include "slabscope/analysis/words.h"
#include "tables.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::CallerChange;

QStringList marksOf(const analysis::Scan& scan) {
  QStringList names;
  for (const analysis::MarkPlace& mark : scan.marks) {
    const QString name = QString::fromStdString(scan.definitions.string(mark.name));
    if (!name.isEmpty() && !names.contains(name)) names << name;
  }
  return names;
}

QString nameOf(const std::string& path) {
  return QString::fromStdString(analysis::printable(path.substr(path.rfind('/') + 1)));
}

QString inWords(const analysis::RunFigures& run) {
  QString words =
      QString("%1 · node %2 · %3")
          .arg(nameOf(run.path), QString::fromStdString(analysis::printable(run.node)), timeText(run.t));
  if (run.kept_from != 0) words += DiffView::tr(" · detail from %1 on").arg(timeText(run.kept_from));
  if (!run.complete) words += DiffView::tr(" · incomplete");
  return words;
}

QString summary(const analysis::Diff& diff) {
  const QString words = diff.isUnchanged()
                            ? DiffView::tr("nothing is different by more than noise")
                            : DiffView::tr("bold: more than noise; figures of each run at its dashed line");
  if (!diff.slices_comparable)
    return words + DiffView::tr("; ? not known: slices were recorded in one run only");
  return diff.sums_comparable ? words
                              : words + DiffView::tr("; ? not known: a run lacks its beginning (--max-size)");
}

QTableView* makeTable(const QString& name, QAbstractItemModel* model) {
  auto* table = new QTableView;
  table->setModel(model);
  setUpTable(*table, name, {});
  table->setMinimumHeight(120);
  QHeaderView* header = table->horizontalHeader();
  header->setStretchLastSection(false);
  header->setMinimumSectionSize(56);
  // Those that changed most have the longest figures, and come first.
  header->setResizeContentsPrecision(100);
  return table;
}

// With the mark of rows that are sorted by it. Of a column that is left out for want of room the header
// tells none.
int headingWidth(const QTableView& table, int column) {
  constexpr int kPadding = 8;
  const QString heading = table.model()->headerData(column, Qt::Horizontal).toString();
  const QFontMetrics metrics(table.horizontalHeader()->font());
  return metrics.horizontalAdvance(heading + orderMark(Qt::DescendingOrder)) + 2 * kPadding;
}

// Figures are told in full, names of callers give way. Once for all rows: columns that went by their contents
// at any time would be measured for each that is left out for want of room.
void fitFigures(QTableView& table, int name) {
  const QAbstractItemView& cells = table;
  for (int column = 0; column < table.model()->columnCount(); ++column) {
    if (column != name)
      table.setColumnWidth(column, std::max(cells.sizeHintForColumn(column), headingWidth(table, column)));
  }
}

}  // namespace

DiffView::DiffView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      callers_(diffCallerHeadings(), kDiffHeldOld),
      metrics_(diffMetricHeadings(), kMetricOld),
      bar_(new DiffBar(this)),
      legend_(new QWidget(this)),
      parts_(new QSplitter(Qt::Vertical, this)),
      chart_(new DiffChart),
      list_(new QStackedWidget),
      scroll_(new QScrollArea),
      flames_(new DiffFlameGraph),
      lookup_(compareRecordings,
              [this](const ComparisonQuestion&, const std::shared_ptr<const ComparisonAnswer>& answer) {
                take(*answer);
              }) {
  setMinimumSize(640, 420);
  setAccessibleName(tr("Differences of two recordings"));
  auto* column = new QVBoxLayout(this);
  const int margin = static_cast<int>(kMargin);
  column->setContentsMargins(margin, static_cast<int>(kHeading), margin, 8);
  column->setSpacing(4);
  bar_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  column->addWidget(bar_);
  legend_->setFixedHeight(20);
  legend_->setAttribute(Qt::WA_TransparentForMouseEvents);
  column->addWidget(legend_);
  column->addWidget(parts_, 1);
  column->addStretch(0);  // where there is nothing to compare, what can be chosen stays at the top
  parts_->setChildrenCollapsible(false);
  parts_->addWidget(chart_);
  makeTables();
  makeFlames();
  connectBar();
  setFocusProxy(caller_table_);
  DiffView::themeChanged();
  showParts();
}

void DiffView::makeTables() {
  sorted_callers_.setSourceModel(&callers_);
  caller_table_ = makeTable(tr("Callers of both recordings"), &sorted_callers_);
  keepWide(*caller_table_, *caller_table_->horizontalHeader(),
           {.column = kDiffCaller,
            .least = 200,
            .may_go = {kDiffLive, kDiffAllocations, kDiffBytes, kDiffStatus, kDiffHeldOld, kDiffHeldNew}});
  caller_table_->sortByColumn(-1, Qt::AscendingOrder);  // as the diff has them: what changed most comes first
  metric_table_ = makeTable(tr("Figures of both recordings"), &metrics_);
  keepWide(*metric_table_, *metric_table_->horizontalHeader(),
           {.column = kMetricName, .least = 120, .may_go = {kMetricRelative, kMetricOld}});
  metric_table_->setSortingEnabled(false);
  tables_ = new QSplitter(Qt::Horizontal);
  tables_->setChildrenCollapsible(false);
  list_->addWidget(caller_table_);
  tables_->addWidget(list_);
  spread_ = new SpreadChart;
  auto* figures = new QSplitter(Qt::Vertical);
  figures->setChildrenCollapsible(false);
  figures->addWidget(metric_table_);
  figures->addWidget(spread_);
  figures->setSizes({160, 200});
  tables_->addWidget(figures);
  tables_->setStretchFactor(0, 3);
  tables_->setStretchFactor(1, 2);
  tables_->setSizes({820, 540});
  parts_->addWidget(tables_);
  parts_->setSizes({260, 320});
  onRowPicked(*caller_table_, [this](const QModelIndex& row) {
    if (!showing_) pick(sorted_callers_.mapToSource(row).row());
  });
}

void DiffView::makeFlames() {
  setUpScrollArea(*scroll_, *flames_);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->addWidget(scroll_);
  connect(flames_, &FlameGraph::picked, this, &DiffView::pickNode);
}

void DiffView::showList() {
  list_->setCurrentIndex(bar_->showsFlames() ? 1 : 0);
  flames_->setMetric(bar_->costMetric());
  update();
}

void DiffView::connectBar() {
  connect(bar_, &DiffBar::listChanged, this, &DiffView::showList);
  connect(bar_, &DiffBar::questionChanged, this, &DiffView::ask);
  connect(bar_, &DiffBar::seriesChanged, this, [this] { chart_->setSeries(bar_->series()); });
  connect(bar_, &DiffBar::alignmentChanged, this,
          [this] { chart_->setAlignment(bar_->alignment().toStdString()); });
  connect(bar_, &DiffBar::shiftChanged, chart_, &DiffChart::setShift);
  connect(chart_, &DiffChart::shifted, bar_, &DiffBar::setShift);
  connect(bar_, &DiffBar::rowsChanged, this, &DiffView::fillCallers);
}

void DiffView::setBaseline(const std::string& path) {
  baseline_ = path;
  ask();
}

void DiffView::setInstant(const QString& at) {
  bar_->setInstants(at, at);
  ask();
}

void DiffView::recordingChanged() {
  ask();
}

void DiffView::ask() {
  if (recording() == nullptr || baseline_.empty()) {
    lookup_.giveUp();
    asked_.reset();
    take({});
    return;
  }
  const ComparisonQuestion question{.before = baseline_,
                                    .after = recording()->scan.path,
                                    .at_before = bar_->oldInstant().toStdString(),
                                    .at_after = bar_->newInstant().toStdString(),
                                    .from_before = bar_->oldStart().toStdString(),
                                    .from_after = bar_->newStart().toStdString(),
                                    .per = bar_->per()};
  // What is open may only have become known better.
  if (asked_ == question) return;
  asked_ = question;
  lookup_.ask(question);
  showParts();
}

void DiffView::take(const ComparisonAnswer& answer) {
  trouble_ = answer.trouble;
  shown_.clear();
  chart_->setComparison(answer.comparison);
  comparison_ = answer.comparison;
  spread_->setComparison(comparison_);
  flames_->setFlames(comparison_ == nullptr ? nullptr : comparison_->flames);
  if (comparison_ != nullptr) {
    bar_->setMarks(marksOf(comparison_->before.scan), marksOf(comparison_->after.scan));
    chart_->setSeries(bar_->series());
    chart_->setAlignment(bar_->alignment().toStdString());
  }
  bar_->setShift(0);
  metrics_.set(comparison_ == nullptr ? std::vector<FigureRow>()
                                      : diffMetricRows(comparison_->diff, theme()));
  fitFigures(*metric_table_, kMetricName);
  fillCallers();
  showParts();
  emit dataChanged();
}

void DiffView::fillCallers() {
  shown_.clear();
  if (comparison_ != nullptr) {
    for (const CallerChange& caller : comparison_->diff.callers) {
      if (!bar_->changedOnly() || caller.status != analysis::Status::kUnchanged) shown_.push_back(&caller);
    }
  }
  showing_ = true;
  callers_.set(comparison_ == nullptr ? std::vector<FigureRow>()
                                      : diffCallerRows(comparison_->diff, shown_, theme()));
  fitFigures(*caller_table_, kDiffCaller);
  showing_ = false;
  showPicked();
}

// What can be chosen stays in sight when an instant was wrong: there it is put right.
void DiffView::showParts() {
  const bool compares = recording() != nullptr && !baseline_.empty();
  bar_->setVisible(compares);
  legend_->setVisible(comparison_ != nullptr);
  parts_->setVisible(comparison_ != nullptr);
  update();
}

recording::FrameId DiffView::frameOf(const CallerChange& caller) const {
  const analysis::Scan& scan = comparison_->after.scan;
  for (uint32_t id = 1; id <= scan.definitions.frameCount(); ++id) {
    if (analysis::placeOf(scan, {id}) == caller.after) return {id};
  }
  return {};
}

void DiffView::pick(int row) {
  const CallerChange& caller = *shown_[static_cast<size_t>(row)];
  // What is gone is in no other view.
  const recording::FrameId frame = caller.in_after ? frameOf(caller) : recording::FrameId{};
  if (!frame) return;
  Picks next = picks();
  next.caller = frame;
  selection().set(next);
}

void DiffView::pickNode(uint32_t node) {
  const recording::FrameId frame = comparison_->flames->callers.tree.nodes[node].frame;
  // What is gone is in no other view.
  if (!frame) return;
  Picks next = picks();
  next.caller = PickedCaller(frame, analysis::Grouping::kFunction);
  selection().set(next);
}

void DiffView::selectionChanged() {
  chart_->setInstant(picks().instant);
  showPicked();
}

void DiffView::showPicked() {
  int row = -1;
  if (comparison_ != nullptr && picks().caller && picks().caller->frame) {
    const analysis::CallerPlace place = analysis::placeOf(comparison_->after.scan, picks().caller->frame);
    for (size_t i = 0; i < shown_.size(); ++i) {
      if (shown_[i]->in_after && shown_[i]->after == place) row = static_cast<int>(i);
    }
  }
  showing_ = true;
  if (row < 0) {
    caller_table_->clearSelection();
  } else {
    const QModelIndex index = sorted_callers_.mapFromSource(callers_.index(row, 0));
    caller_table_->setCurrentIndex(index);
    caller_table_->scrollTo(index);
  }
  showing_ = false;
}

std::vector<NamedTable> DiffView::listTables() {
  if (comparison_ == nullptr) return {};
  return {{caller_table_->accessibleName(), &sorted_callers_},
          {metric_table_->accessibleName(), &metrics_},
          {chart_->accessibleName(), &chart_->rows()},
          {spread_->accessibleName(), &spread_->rows()}};
}

void DiffView::settleView() {
  lookup_.settle();
}

void DiffView::themeChanged() {
  chart_->setTheme(theme());
  spread_->setTheme(theme());
  bar_->setTheme(theme());
  for (QTableView* table : {caller_table_, metric_table_}) dressTable(*table, theme());
  for (QWidget* one : std::initializer_list<QWidget*>{parts_, tables_, list_})
    one->setPalette(theme().palette());
  dressScrollArea(*scroll_, theme());
  flames_->setTheme(theme());
  if (comparison_ != nullptr) metrics_.set(diffMetricRows(comparison_->diff, theme()));
  fillCallers();
  update();
}

QString DiffView::emptiness() const {
  if (baseline_.empty())
    return tr(
        "There is nothing to compare with: open the old recording with File, Compare with (Ctrl+Shift+O).");
  return trouble_.isEmpty() ? tr("Reading…") : trouble_;
}

void DiffView::paint(QPainter& painter) {
  if (comparison_ == nullptr) {
    paintHeading(painter, theme(), rect(), tr("Diff"), recording()->title());
    const double top = bar_->isVisible() ? bar_->geometry().bottom() : kHeading;
    paintEmpty(painter, theme(), QRectF(rect()).adjusted(0, top, 0, 0), emptiness());
    return;
  }
  const analysis::Diff& diff = comparison_->diff;
  paintHeading(painter, theme(), rect(), tr("Diff"), summary(diff));
  std::vector<LegendItem> items{
      {DiffChart::oldColour(theme()), tr("old: %1").arg(inWords(diff.before.front()))},
      {DiffChart::newColour(theme()), tr("new: %1").arg(inWords(diff.after.front()))}};
  if (bar_->showsFlames() && !flames_->knowsChanges()) {
    items.push_back({DiffFlameGraph::sameColour(theme()),
                     diff.slices_comparable ? tr("change not known: choose from when allocations count")
                                            : tr("change not known: slices in one run only")});
  } else if (bar_->showsFlames()) {
    items.push_back({DiffFlameGraph::grownColour(theme()), tr("new or grown")});
    items.push_back({DiffFlameGraph::sameColour(theme()), tr("same")});
    items.push_back({DiffFlameGraph::shrunkColour(theme()), tr("shrunk or gone")});
  }
  paintLegend(painter, theme(), legend_->geometry(), items);
}

}  // namespace slabscope::viewer
