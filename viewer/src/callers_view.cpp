// SPDX-License-Identifier: GPL-3.0-or-later
#include "callers_view.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <utility>

#include "painting.h"
#include "tables.h"
#include "words.h"

namespace slabscope::viewer {

using analysis::CallerNode;

CallersView::CallersView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      bar_(new CallersBar(this)),
      legend_(new QWidget(this)),
      parts_(new QSplitter(Qt::Vertical, this)),
      scroll_(new QScrollArea(parts_)),
      flames_(new FlameGraph()),
      tree_(new QTreeView(parts_)),
      lookup_(findCallers,
              [this](const CallersQuestion& question, std::shared_ptr<const CallersAnswer> answer) {
                shown_ = question;
                take(std::move(answer));
              }) {
  setMinimumSize(560, 380);
  auto* column = new QVBoxLayout(this);
  const int margin = static_cast<int>(kMargin);
  column->setContentsMargins(margin, static_cast<int>(kHeading), margin, 8);
  column->setSpacing(4);
  makeFlames();
  makeTree();
  connectBar();
  column->addWidget(bar_);
  legend_->setFixedHeight(20);
  legend_->setAttribute(Qt::WA_TransparentForMouseEvents);
  column->addWidget(legend_);
  column->addWidget(parts_, 1);
  parts_->setChildrenCollapsible(false);
  parts_->setSizes({240, 300});
  setFocusProxy(tree_);
  CallersView::themeChanged();
}

void CallersView::connectBar() {
  connect(bar_, &CallersBar::treeChanged, this, &CallersView::look);
  connect(bar_, &CallersBar::searchChanged, this, &CallersView::showFound);
  connect(bar_, &CallersBar::searchStepped, this, &CallersView::goToFound);
  connect(bar_, &CallersBar::standingChanged, flames_, &FlameGraph::setStanding);
  connect(bar_, &CallersBar::metricChanged, this, [this](int index) {
    constexpr std::array kColumns = {CallersModel::kHeld, CallersModel::kLive, CallersModel::kBytes,
                                     CallersModel::kAllocations, CallersModel::kTemporary};
    flames_->setMetric(bar_->costMetric());
    tree_->sortByColumn(kColumns.at(static_cast<size_t>(index)), Qt::DescendingOrder);
    showFound();
    update();
  });
  const auto key = [this](const QKeySequence& keys, auto act) {
    auto* shortcut = new QShortcut(keys, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, act);
  };
  key(QKeySequence::Find, [this] { bar_->searchField().setFocus(); });
  key(QKeySequence(Qt::Key_F3), [this] { goToFound(1); });
  key(QKeySequence(Qt::SHIFT | Qt::Key_F3), [this] { goToFound(-1); });
}

void CallersView::makeFlames() {
  setUpScrollArea(*scroll_, *flames_);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setMinimumHeight(4 * FlameGraph::kRow);
  connect(flames_, &FlameGraph::picked, this, &CallersView::pick);
}

void CallersView::makeTree() {
  tree_->setModel(&model_);
  tree_->setUniformRowHeights(true);
  tree_->setAlternatingRowColors(true);
  tree_->setFrameShape(QFrame::NoFrame);
  tree_->setFont(textFont());
  setPlainCells(*tree_, 22);
  tree_->setAccessibleName(tr("Callers"));
  tree_->setMinimumHeight(120);
  tree_->setExpandsOnDoubleClick(true);
  tree_->setSortingEnabled(true);
  tree_->sortByColumn(CallersModel::kHeld, Qt::DescendingOrder);
  QHeaderView* header = tree_->header();
  header->setFont(textFont(11));
  header->setMinimumSectionSize(56);
  tree_->setIndentation(12);
  constexpr int kWidths[] = {220, 90, 70, 90, 90, 90, 78, 90, 92, 86, 92};
  for (int i = 1; i < CallersModel::kColumns; ++i) header->resizeSection(i, kWidths[i]);
  keepWide(*tree_, *header,
           {.column = CallersModel::kCaller,
            .least = 300,
            .may_go = {CallersModel::kFactor, CallersModel::kSelf, CallersModel::kTemporary,
                       CallersModel::kLifetime, CallersModel::kAlone, CallersModel::kLive,
                       CallersModel::kAllocations, CallersModel::kBytes}});
  onRowPicked(*tree_, [this](const QModelIndex& row) {
    if (!showing_) pick(model_.nodeOf(row));
  });
}

void CallersView::themeChanged() {
  parts_->setPalette(theme().palette());
  bar_->setTheme(theme());
  dress(*tree_, theme(), viewStyle("QTreeView", theme()) + "QTreeView::item { height: 22px; }");
  dressScrollArea(*scroll_, theme());
  flames_->setTheme(theme());
  update();
}

CallersQuestion CallersView::question() const {
  CallersQuestion question{.recording = sharedRecording(), .at = shownInstant(), .range = picks().range};
  question.direction = bar_->direction();
  question.grouping = bar_->grouping();
  question.frames = bar_->frames();
  if (answer_ != nullptr && shown_.recording == question.recording && shown_.at == question.at &&
      shown_.range == question.range)
    question.table = answer_->table;
  return question;
}

void CallersView::look() {
  if (recording() == nullptr) return;
  lookup_.ask(question());
  update();
}

void CallersView::settleView() {
  lookup_.settle();
  if (layout() != nullptr) layout()->activate();
  QCoreApplication::processEvents();
}

void CallersView::recordingChanged() {
  lookup_.giveUp();
  bar_->searchField().clear();
  place_shared_ = false;
  take(nullptr);
  look();
}

void CallersView::selectionChanged() {
  if (recording() != nullptr &&
      (answer_ == nullptr || shown_.at != shownInstant() || shown_.range != picks().range))
    look();
  showPicked();
  update();
}

void CallersView::take(std::shared_ptr<const CallersAnswer> answer) {
  answer_ = std::move(answer);
  showing_ = true;
  model_.set(answer_);
  flames_->set(answer_);
  const bool some = answer_ != nullptr && !answer_->tree.nodes.empty();
  bar_->setVisible(some);
  parts_->setVisible(some);
  if (some) {
    openHeaviest();
    sharePlace();
  }
  showing_ = false;
  showFound();
  showPicked();
  update();
  emit dataChanged();
}

// The picture gets what it needs, and no more than the tree.
void CallersView::sharePlace() {
  if (std::exchange(place_shared_, true)) return;
  layout()->activate();
  const int height = parts_->height();
  const int wanted = std::min(flames_->minimumHeight() + 4, height / 2);
  parts_->setSizes({wanted, height - wanted});
}

// Down the heaviest callers, as long as one of them has most of what there is.
void CallersView::openHeaviest() {
  const auto held = [&](const QModelIndex& index) {
    return answer_->tree.nodes[model_.nodeOf(index)].total.costs.held_bytes;
  };
  QModelIndex index = model_.index(0, 0);
  for (int depth = 0; index.isValid() && depth < 12; ++depth) {
    const QModelIndex heaviest = model_.index(0, 0, index);
    if (heaviest.isValid() && held(heaviest) < held(index) / 2) break;
    tree_->expand(index);
    index = heaviest;
  }
}

void CallersView::showPicked() {
  if (answer_ == nullptr) return;
  std::vector<bool> nodes;
  if (picks().caller) nodes = nodesOf(shown_, *answer_, *picks().caller);
  const QModelIndex current = tree_->currentIndex();
  showing_ = true;
  if (nodes.empty()) {
    tree_->clearSelection();
    tree_->setCurrentIndex({});
  } else if (!current.isValid() || !nodes[model_.nodeOf(current)]) {
    // Where it costs most.
    uint32_t best = CallerNode::kNone;
    const auto held = [&](uint32_t node) { return answer_->tree.nodes[node].total.costs.held_bytes; };
    for (uint32_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i] && (best == CallerNode::kNone || held(i) > held(best))) best = i;
    }
    tree_->setCurrentIndex(best == CallerNode::kNone ? QModelIndex() : model_.indexOf(best));
    if (best == CallerNode::kNone) tree_->clearSelection();
  }
  showing_ = false;
  flames_->setPicked(std::move(nodes));
}

void CallersView::pick(uint32_t node) {
  Picks next = picks();
  next.caller = PickedCaller(answer_->tree.nodes[node].frame, shown_.grouping, shown_.frames);
  showing_ = true;
  tree_->setCurrentIndex(model_.indexOf(node));
  showing_ = false;
  selection().set(next);
}

void CallersView::showFound() {
  const auto& figure = bar_->costMetric().value;
  const bool looks = answer_ != nullptr && !bar_->searched().simplified().isEmpty();
  found_ = looks ? search(answer_->tree, answer_->names, bar_->searched(), figure) : Found();
  found_at_ = -1;
  model_.mark(found_.marks);
  flames_->setFound(found_.marks);
  if (!looks) {
    bar_->setFound({});
    return;
  }
  const QString share = percentOf(found_.total, answer_->table->total.*figure);
  bar_->setFound(tr("%1: %2").arg(counted(found_.nodes.size(), "place"), share));
}

void CallersView::goToFound(int step) {
  const int count = static_cast<int>(found_.nodes.size());
  if (count == 0) return;
  found_at_ = found_at_ < 0 ? (step > 0 ? 0 : count - 1) : (found_at_ + step + count) % count;
  pick(found_.nodes[static_cast<size_t>(found_at_)]);
}

}  // namespace slabscope::viewer
