// SPDX-License-Identifier: GPL-3.0-or-later
#include "retention_view.h"

#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "painting.h"
#include "slabscope/analysis/advice_words.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using Kind = RetentionRow::Kind;

constexpr int kAdviceHeight = 104;

}  // namespace

RetentionView::RetentionView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      body_(new QWidget(this)),
      upper_(new QSplitter(Qt::Horizontal, body_)),
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
              }),
      held_([this] {
        showPicked();
        showSlabs();
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
  setUpScrollArea(*advice_scroll_, *advice_);
  advice_scroll_->setFixedHeight(kAdviceHeight);
  caption_->setFont(textFont());
  connect(map_, &RetentionMap::picked, this, [this](size_t row) { pickHolder(answer_->rows[row]); });

  upper_->setChildrenCollapsible(false);
  upper_->addWidget(holders_);
  upper_->addWidget(map_);
  upper_->setStretchFactor(0, 3);
  upper_->setStretchFactor(1, 2);
  auto* column = new QVBoxLayout(body_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(6);
  column->addWidget(upper_);
  column->addWidget(advice_scroll_);
  column->addWidget(caption_);
  column->addWidget(slabs_, 1);
  auto* all = new QVBoxLayout(this);
  const int margin = static_cast<int>(kMargin);
  all->setContentsMargins(margin, static_cast<int>(kHeading) + 24, margin, 8);
  all->addWidget(body_);
  setFocusProxy(holders_);
  RetentionView::themeChanged();
}

void RetentionView::makeTables() {
  sorted_.setSourceModel(&model_);
  holders_->setModel(&sorted_);
  setUpTable(*holders_, tr("Holders of slabs"), {248, 84, 74, 82, 82, 78, 70, 96, 110});
  holders_->horizontalHeader()->setMinimumSectionSize(66);
  keepWide(*holders_, *holders_->horizontalHeader(),
           {.column = RetentionModel::kCaller,
            .least = 200,
            .may_go = {RetentionModel::kSlices, RetentionModel::kAlone, RetentionModel::kShare,
                       RetentionModel::kLive}});
  holders_->setColumnHidden(RetentionModel::kThrough, true);
  holders_->sortByColumn(RetentionModel::kHeld, Qt::DescendingOrder);
  slabs_->setModel(&slabs_model_);
  setUpTable(*slabs_, tr("Slabs of the picked caller"),
             {64, 86, 72, 76, 76, 82, 76, 74, 72, 68, 58, 78, 10, 260});
  keepWide(*slabs_, *slabs_->horizontalHeader(),
           {.column = SlabsModel::kHeldBy,
            .least = 220,
            .may_go = {SlabsModel::kPadding, SlabsModel::kTail, SlabsModel::kDead, SlabsModel::kKind,
                       SlabsModel::kSlices, SlabsModel::kBorn, SlabsModel::kLive, SlabsModel::kAge}});
  slabs_->setColumnHidden(SlabsModel::kOverTime, true);
  slabs_->sortByColumn(SlabsModel::kNotLive, Qt::DescendingOrder);
  onRowPicked(*holders_, [this](const QModelIndex& row) {
    if (!showing_) pickHolder(model_.row(sorted_.mapToSource(row).row()));
  });
  onRowPicked(*slabs_, [this](const QModelIndex& row) {
    if (showing_) return;
    Picks next = picks();
    next.slab = slabs_model_.row(row.row()).store;
    selection().set(next);
  });
}

void RetentionView::themeChanged() {
  dressTable(*holders_, theme());
  dressTable(*slabs_, theme());
  for (QWidget* one : std::initializer_list<QWidget*>{body_, upper_, advice_, caption_})
    one->setPalette(theme().palette());
  dressScrollArea(*advice_scroll_, theme());
  map_->setTheme(theme());
  showAdvice();
  update();
}

void RetentionView::look() {
  if (recording() == nullptr) return;
  lookup_.ask({sharedRecording(), shownInstant()});
  update();
}

void RetentionView::settleView() {
  lookup_.settle();
  held_.settle();
  // Of tables that are not in sight only painting brings all sizes up to date.
  grab();
  QCoreApplication::processEvents();
}

void RetentionView::recordingChanged() {
  lookup_.giveUp();
  held_.clear();
  at_.reset();
  take(nullptr);
  look();
  if (recording() != nullptr) held_.ask(sharedRecording(), picks().caller, shownInstant());
}

void RetentionView::selectionChanged() {
  if (recording() != nullptr && at_ != shownInstant()) look();
  if (recording() != nullptr) held_.ask(sharedRecording(), picks().caller, shownInstant());
  showPickedSlab();
  update();
}

bool RetentionView::hasSlabs() const {
  return answer_ != nullptr && answer_->slabs != nullptr && !answer_->slabs->empty();
}

void RetentionView::take(std::shared_ptr<const RetentionAnswer> answer) {
  answer_ = std::move(answer);
  showing_ = true;
  model_.set(sharedRecording(), answer_);
  showing_ = false;
  map_->set(sharedRecording(), answer_);
  body_->setVisible(hasSlabs());
  // Without a full collection it would be the same figures again.
  holders_->setColumnHidden(RetentionModel::kHeldNow, answer_ != nullptr && !answer_->knowsSurvivors());
  showAdvice();
  showPicked();
  showSlabs();
  sharePlace();
  update();
  emit dataChanged();
}

void RetentionView::resizeEvent(QResizeEvent* event) {
  View::resizeEvent(event);
  sharePlace();
}

// What a few holders leave of the place the slabs get; the picture needs some in any case.
void RetentionView::sharePlace() {
  constexpr int kRow = 22;
  constexpr int kLeast = 170;
  const int wanted = (model_.rowCount() + 2) * kRow;
  upper_->setFixedHeight(std::clamp(wanted, kLeast, std::max(kLeast, height() * 2 / 5)));
}

std::vector<RetentionMap::Mark> RetentionView::marksOfPicked() const {
  using Mark = RetentionMap::Mark;
  std::vector<Mark> marks;
  for (const RetentionRow& row : answer_->rows) {
    const bool is_holder = row.kind == Kind::kHolder;
    marks.push_back(is_holder && held_.held()->isWhole(row.owner)  ? Mark::kWhole
                    : is_holder && held_.held()->isPart(row.owner) ? Mark::kPart
                                                                   : Mark::kNone);
  }
  return marks;
}

void RetentionView::showPicked() {
  if (answer_ == nullptr) return;
  showing_ = true;
  holders_->clearSelection();
  holders_->setCurrentIndex({});
  std::vector<RetentionMap::Mark> marks;
  if (held_.held() != nullptr) marks = marksOfPicked();
  for (size_t i = 0; i < marks.size() && !holders_->currentIndex().isValid(); ++i) {
    if (marks[i] != RetentionMap::Mark::kNone)
      holders_->setCurrentIndex(sorted_.mapFromSource(model_.index(static_cast<int>(i), 0)));
  }
  showing_ = false;
  const bool has_parts = std::count(marks.begin(), marks.end(), RetentionMap::Mark::kPart) != 0;
  model_.setThrough(held_.held());
  holders_->setColumnHidden(RetentionModel::kThrough, !has_parts);
  map_->setPicked(std::move(marks));
}

void RetentionView::showSlabs() {
  if (answer_ == nullptr || answer_->slabs == nullptr) return;
  const auto& held = held_.held();
  showing_ = true;
  slabs_model_.set(sharedRecording(), *at_, answer_->slabs, held == nullptr ? nullptr : &held->slabs);
  showing_ = false;
  const QString figures = tr("%1, %2").arg(counted(static_cast<uint64_t>(slabs_model_.rowCount()), "slab"),
                                           bytes(slabs_model_.slabBytes()));
  caption_->setText(held == nullptr ? tr("All slabs: %1").arg(figures)
                                    : tr("Slabs that %1 keeps alive, alone or with others: %2")
                                          .arg(recording()->callerName(held->caller), figures));
  showPickedSlab();
}

void RetentionView::showPickedSlab() {
  const int row = picks().slab ? slabs_model_.indexOf(picks().slab) : -1;
  showing_ = true;
  slabs_->clearSelection();
  slabs_->setCurrentIndex(row < 0 ? QModelIndex() : slabs_model_.index(row, 0));
  showing_ = false;
}

void RetentionView::showAdvice() {
  if (answer_ == nullptr) return;
  QString text;
  for (size_t i = 0; i < answer_->advice.size(); ++i) {
    const analysis::Advice& one = answer_->advice[i];
    const QString caller = recording()->callerName(ownerOf(one));
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
    text = answer_->knowsSurvivors()
               ? (analysis::canAdviseOnSlices(recording()->scan)
                      ? tr("Advice: none, nothing here reaches a threshold.")
                      : tr("Advice: none, nothing here reaches a threshold; of slices too little is known."))
           : recording()->scan.counts.isolate_start > 1
               ? tr("Advice: none, no full collection of the main isolate has shown what survives.")
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

void RetentionView::pickHolder(const RetentionRow& row) {
  Picks next = picks();
  next.caller.reset();
  if (row.kind == Kind::kHolder) next.caller = row.owner;
  selection().set(next);
}

}  // namespace slabscope::viewer
