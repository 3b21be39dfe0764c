// SPDX-License-Identifier: GPL-3.0-or-later
#include "retention_view.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QShowEvent>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "painting.h"
#include "slabscope/analysis/advice_words.h"
#include "slabscope/analysis/words.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using Kind = RetentionRow::Kind;

constexpr int kAdviceHeight = 104;

}  // namespace

RetentionView::RetentionView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      body_(new QWidget(this)),
      holders_(new QTableView(this)),
      map_(new RetentionMap(this)),
      advice_scroll_(new QScrollArea(this)),
      advice_(new QLabel(this)),
      caption_(new QLabel(this)),
      slabs_(new QTableView(this)),
      lookup_(findRetention,
              [this](const RetentionQuestion& question, std::shared_ptr<const RetentionAnswer> answer) {
                at_ = question.at;
                take(std::move(answer));
              }) {
  setMinimumSize(560, 420);
  makeTables();
  advice_->setWordWrap(true);
  advice_->setTextFormat(Qt::RichText);
  advice_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  advice_->setTextInteractionFlags(Qt::TextBrowserInteraction);
  advice_->setFont(textFont());
  advice_->setAccessibleName(tr("Advice"));
  connect(advice_, &QLabel::linkActivated, this, &RetentionView::followLink);
  advice_scroll_->setWidget(advice_);
  advice_scroll_->setWidgetResizable(true);
  advice_scroll_->setFrameShape(QFrame::NoFrame);
  advice_scroll_->setFixedHeight(kAdviceHeight);
  caption_->setFont(textFont());
  connect(map_, &RetentionMap::picked, this, [this](size_t row) { pickRow(answer_->rows[row]); });

  auto* upper = new QSplitter(Qt::Horizontal, body_);
  upper->setChildrenCollapsible(false);
  upper->addWidget(holders_);
  upper->addWidget(map_);
  upper->setStretchFactor(0, 3);
  upper->setStretchFactor(1, 2);
  auto* column = new QVBoxLayout(body_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(6);
  column->addWidget(upper, 4);
  column->addWidget(advice_scroll_);
  column->addWidget(caption_);
  column->addWidget(slabs_, 4);
  auto* all = new QVBoxLayout(this);
  const int margin = static_cast<int>(kMargin);
  all->setContentsMargins(margin, static_cast<int>(kHeading) + 24, margin, 8);
  all->addWidget(body_);
  setFocusProxy(holders_);
  RetentionView::themeChanged();
}

void RetentionView::makeTables() {
  sorted_.setSourceModel(&model_);
  sorted_.setSortRole(RetentionModel::kSortRole);
  holders_->setModel(&sorted_);
  setUpTable(*holders_, tr("Holders of slabs"), {248, 84, 74, 82, 82, 78, 70, 96});
  holders_->horizontalHeader()->setMinimumSectionSize(66);
  keepWide(*holders_, *holders_->horizontalHeader(), RetentionModel::kCaller, 240);
  holders_->sortByColumn(RetentionModel::kHeld, Qt::DescendingOrder);
  sorted_slabs_.setSourceModel(&slabs_model_);
  sorted_slabs_.setSortRole(SlabsModel::kSortRole);
  slabs_->setModel(&sorted_slabs_);
  setUpTable(*slabs_, tr("Slabs of the picked caller"),
             {64, 90, 72, 76, 76, 82, 76, 74, 72, 80, 58, 10, 260});
  keepWide(*slabs_, *slabs_->horizontalHeader(), SlabsModel::kHeldBy, 150);
  slabs_->setColumnHidden(SlabsModel::kOverTime, true);
  slabs_->sortByColumn(SlabsModel::kNotLive, Qt::DescendingOrder);
  connect(holders_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& current) {
            if (!showing_ && current.isValid()) pickRow(model_.row(sorted_.mapToSource(current).row()));
          });
  connect(slabs_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
          [this](const QModelIndex& current) {
            if (showing_ || !current.isValid()) return;
            Picks next = picks();
            next.slab = slabs_model_.row(sorted_slabs_.mapToSource(current).row()).store;
            selection().set(next);
          });
}

void RetentionView::themeChanged() {
  dressTable(*holders_, theme());
  dressTable(*slabs_, theme());
  for (QWidget* one : std::initializer_list<QWidget*>{body_, advice_scroll_, advice_, caption_})
    one->setPalette(theme().palette());
  map_->setTheme(theme());
  showAdvice();
  update();
}

void RetentionView::look() {
  due_ = recording() != nullptr;
  if (!due_ || !isVisible()) return;
  due_ = false;
  lookup_.ask({sharedRecording(), shownInstant()});
  update();
}

void RetentionView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  if (due_) look();
}

void RetentionView::settle() {
  if (std::exchange(due_, false)) lookup_.ask({sharedRecording(), shownInstant()});
  lookup_.settle();
  layout()->activate();
  QCoreApplication::processEvents();
}

void RetentionView::recordingChanged() {
  lookup_.giveUp();
  at_.reset();
  take(nullptr);
  look();
}

void RetentionView::selectionChanged() {
  if (recording() != nullptr && at_ != shownInstant()) look();
  // Thousands of rows are not set anew for each step of a moving instant: its answer brings them.
  if (picks().caller != shown_caller_) {
    showPicked();
    showSlabs();
  } else {
    showPickedSlab();
  }
  update();
}

void RetentionView::take(std::shared_ptr<const RetentionAnswer> answer) {
  answer_ = std::move(answer);
  showing_ = true;
  model_.set(sharedRecording(), answer_);
  showing_ = false;
  map_->set(sharedRecording(), answer_);
  body_->setVisible(answer_ != nullptr && !answer_->slabs.empty());
  showAdvice();
  showPicked();
  showSlabs();
  update();
}

std::set<recording::FrameId> RetentionView::pickedOwners() const {
  std::set<recording::FrameId> owners;
  for (uint32_t i = 0; i < recording()->owners.size(); ++i) {
    if (isPicked(recording::StackId{i})) owners.insert(recording()->owners[i]);
  }
  return owners;
}

void RetentionView::showPicked() {
  if (answer_ == nullptr) return;
  std::vector<bool> marks;
  showing_ = true;
  holders_->clearSelection();
  holders_->setCurrentIndex({});
  if (picks().caller) {
    const std::set<recording::FrameId> owners = pickedOwners();
    for (size_t i = 0; i < answer_->rows.size(); ++i) {
      const RetentionRow& row = answer_->rows[i];
      marks.push_back(row.kind == Kind::kHolder && owners.count(row.owner) != 0);
      if (!marks.back() || holders_->currentIndex().isValid()) continue;
      holders_->setCurrentIndex(sorted_.mapFromSource(model_.index(static_cast<int>(i), 0)));
    }
  }
  showing_ = false;
  map_->setPicked(std::move(marks));
}

void RetentionView::showSlabs() {
  if (answer_ == nullptr) return;
  std::vector<analysis::SlabRow> shown;
  if (picks().caller) {
    const std::set<recording::FrameId> owners = pickedOwners();
    std::copy_if(answer_->slabs.begin(), answer_->slabs.end(), std::back_inserter(shown),
                 [&](const analysis::SlabRow& slab) {
                   return std::any_of(slab.holders.begin(), slab.holders.end(),
                                      [&](const auto& holder) { return owners.count(holder.owner) != 0; });
                 });
  } else {
    shown = answer_->slabs;
  }
  uint64_t sum = 0;
  for (const analysis::SlabRow& slab : shown) sum += slab.size;
  const QString figures =
      tr("%1, %2").arg(QString::fromStdString(analysis::counted(shown.size(), "slab")), bytes(sum));
  caption_->setText(picks().caller
                        ? tr("Slabs that %1 keeps alive, alone or with others: %2")
                              .arg(QString::fromStdString(recording()->callerName(*picks().caller)), figures)
                        : tr("All slabs: %1").arg(figures));
  showing_ = true;
  slabs_model_.set(sharedRecording(), std::move(shown));
  showing_ = false;
  shown_caller_ = picks().caller;
  showPickedSlab();
}

void RetentionView::showPickedSlab() {
  const int row = picks().slab ? slabs_model_.indexOf(picks().slab) : -1;
  showing_ = true;
  slabs_->clearSelection();
  slabs_->setCurrentIndex(row < 0 ? QModelIndex() : sorted_slabs_.mapFromSource(slabs_model_.index(row, 0)));
  showing_ = false;
}

void RetentionView::showAdvice() {
  if (answer_ == nullptr) return;
  QString text;
  for (size_t i = 0; i < answer_->advice.size(); ++i) {
    const analysis::Advice& one = answer_->advice[i];
    const QString caller = QString::fromStdString(recording()->callerName(ownerOf(one)));
    const QString words = QString::fromStdString(analysis::adviceInWords(recording()->scan, one));
    text += QString(
                "<p style='margin: 0 0 4px 0'>• <a href='%1' style='color: %2; text-decoration: "
                "none'>%3</a>%4<br>"
                "<span style='color: %5'>%6</span></p>")
                .arg(i)
                .arg(theme().accent.name(), caller.toHtmlEscaped(), words.mid(caller.size()).toHtmlEscaped(),
                     theme().muted.name(), evidenceOf(one).toHtmlEscaped());
  }
  if (text.isEmpty())
    text = answer_->knowsSurvivors() ? tr("Advice: none, nothing here reaches a threshold.")
                                     : tr("Advice: none, no full collection has shown what survives.");
  advice_->setText(text);
  const int wanted = advice_->heightForWidth(std::max(200, width() - 2 * static_cast<int>(kMargin))) + 4;
  advice_scroll_->setFixedHeight(std::min(kAdviceHeight, wanted));
}

void RetentionView::followLink(const QString& link) {
  Picks next = picks();
  next.caller = ownerOf(answer_->advice.at(link.toULong()));
  selection().set(next);
}

void RetentionView::pickRow(const RetentionRow& row) {
  Picks next = picks();
  next.caller.reset();
  if (row.kind == Kind::kHolder) next.caller = row.owner;
  selection().set(next);
}

}  // namespace slabscope::viewer
