// SPDX-License-Identifier: GPL-3.0-or-later
#include "pool_facts_view.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <array>
#include <string_view>
#include <utility>

#include "painting.h"
#include "tables.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::Claim;
using analysis::Verdict;

PoolFactsAnswer findFacts(const std::shared_ptr<const Loaded>& recording,
                          const analysis::Progress& progress) {
  PoolFactsAnswer answer;
  const Result<analysis::PoolFacts> facts = analysis::poolFacts(recording->scan, progress);
  if (facts) {
    answer.claims = analysis::claimsOf(recording->scan, *facts);
  } else {
    answer.trouble = QString::fromStdString(facts.error().message);
  }
  return answer;
}

// When the example can be seen: a slab that dies there is shown as it was just before.
analysis::Instant instantOf(const Loaded& recording, const Claim& claim) {
  // It is about what is left at the end.
  if (std::string_view(claim.id) == "held") return recording.scan.end;
  const analysis::Instant at{claim.place->t};
  const analysis::SlabLife* slab = recording.lives.find(claim.place->store);
  if (slab == nullptr || slab->life.aliveAt(at) || !slab->life.hasDied()) return at;
  return {slab->life.died, slab->life.died_event};
}

}  // namespace

PoolFactsView::PoolFactsView(Selection& selection, QWidget* parent)
    : View(selection, parent),
      scroll_(new QScrollArea(this)),
      list_(new QWidget()),
      rows_(new QGridLayout(list_)),
      lookup_(findFacts, [this](const std::shared_ptr<const Loaded>&,
                                std::shared_ptr<const PoolFactsAnswer> answer) { take(std::move(answer)); }) {
  setMinimumSize(480, 320);
  rows_->setContentsMargins(12, 12, 12, 12);
  rows_->setHorizontalSpacing(14);
  rows_->setVerticalSpacing(12);
  rows_->setColumnStretch(1, 1);
  setUpScrollArea(*scroll_, *list_);
  scroll_->setAccessibleName(tr("Claims about the Buffer pool"));
  auto* column = new QVBoxLayout(this);
  const int margin = static_cast<int>(kMargin);
  column->setContentsMargins(margin, static_cast<int>(kHeading), margin, 8);
  column->addWidget(scroll_);
  setFocusProxy(scroll_);
  PoolFactsView::themeChanged();
}

QColor PoolFactsView::colourOf(Verdict verdict) const {
  switch (verdict) {
    case Verdict::kHolds:
      return theme().callers[2];
    case Verdict::kInPart:
      return theme().callers[5];
    case Verdict::kDoesNotHold:
      return theme().callers[3];
    case Verdict::kNotExercised:
    case Verdict::kCannotTell:
      break;
  }
  return theme().dead;
}

void PoolFactsView::themeChanged() {
  dressScrollArea(*scroll_, theme());
  list_->setPalette(theme().palette());
  list_->setAutoFillBackground(true);
  list_->setBackgroundRole(QPalette::Base);
  write();
  update();
}

void PoolFactsView::look() {
  if (recording() == nullptr) return;
  lookup_.ask(sharedRecording());
  update();
}

void PoolFactsView::settleView() {
  lookup_.settle();
  layout()->activate();
  QCoreApplication::processEvents();
}

void PoolFactsView::recordingChanged() {
  lookup_.giveUp();
  take(nullptr);
  look();
}

void PoolFactsView::take(std::shared_ptr<const PoolFactsAnswer> answer) {
  answer_ = std::move(answer);
  qDeleteAll(verdicts_);
  qDeleteAll(words_);
  verdicts_.clear();
  words_.clear();
  const size_t count = answer_ == nullptr ? 0 : answer_->claims.size();
  for (size_t i = 0; i < count; ++i) {
    const int row = static_cast<int>(i);
    verdicts_.push_back(new QLabel(list_));
    verdicts_.back()->setFont(textFont(11));
    verdicts_.back()->setAlignment(Qt::AlignCenter);
    verdicts_.back()->setFixedSize(104, 22);
    rows_->addWidget(verdicts_.back(), row, 0, Qt::AlignTop);
    words_.push_back(new QLabel(list_));
    words_.back()->setFont(textFont());
    words_.back()->setWordWrap(true);
    words_.back()->setTextFormat(Qt::RichText);
    words_.back()->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    words_.back()->setTextInteractionFlags(Qt::TextBrowserInteraction);
    words_.back()->setAccessibleName(QString::fromLatin1(answer_->claims[i].text));
    connect(words_.back(), &QLabel::linkActivated, this, [this, i] { showExample(answer_->claims[i]); });
    rows_->addWidget(words_.back(), row, 1);
  }
  if (count != 0) rows_->setRowStretch(static_cast<int>(count), 1);
  scroll_->setVisible(count != 0);
  write();
  update();
  emit dataChanged();
}

void PoolFactsView::write() {
  for (size_t i = 0; i < words_.size(); ++i) {
    const Claim& claim = answer_->claims[i];
    const QColor ground = colourOf(claim.finding.verdict);
    verdicts_[i]->setText(QString::fromLatin1(inWords(claim.finding.verdict)));
    verdicts_[i]->setStyleSheet(QString("QLabel { background: %1; color: %2; border-radius: 4px; }")
                                    .arg(ground.name(), inkOn(ground).name()));
    const QString why = QString::fromStdString(analysis::lackingInWords(claim.finding));
    QString text = QString("<b>%1</b><br>").arg(QString::fromLatin1(claim.text).toHtmlEscaped()) +
                   (why.isEmpty() ? QString::fromStdString(claim.figures) : why).toHtmlEscaped();
    if (why.isEmpty() && claim.place)
      text += QString("<br><span style='color: %1'>e.g.</span> <a href='example' style='color: %2'>%3</a>")
                  .arg(theme().muted.name(), theme().accent.name(),
                       QString::fromStdString(claim.example).toHtmlEscaped());
    words_[i]->setText(text);
  }
}

std::vector<NamedTable> PoolFactsView::listTables() {
  if (answer_ == nullptr || answer_->claims.empty()) return {};
  std::vector<RowsModel::Row> rows;
  for (const Claim& claim : answer_->claims) {
    const std::string why = analysis::lackingInWords(claim.finding);
    rows.push_back({{QString::fromLatin1(claim.text), {}},
                    {QString::fromLatin1(inWords(claim.finding.verdict)), {}},
                    {QString::fromStdString(why.empty() ? claim.figures : why), {}},
                    {claim.place ? QString::fromStdString(claim.example) : QString(), {}}});
  }
  rows_model_.set({tr("Claim"), tr("Verdict"), tr("In this recording"), tr("Example")}, std::move(rows));
  return {{scroll_->accessibleName(), &rows_model_}};
}

void PoolFactsView::pickRow(const QAbstractItemModel& /*table*/, int row) {
  const Claim& claim = answer_->claims[static_cast<size_t>(row)];
  if (claim.place) showExample(claim);
}

// A store that is no slab has no bytes to show: who made it is picked in its place.
void PoolFactsView::showExample(const Claim& claim) {
  Picks next = picks();
  next.instant = instantOf(*recording(), claim);
  if (recording()->lives.find(claim.place->store) != nullptr) {
    next.slab = claim.place->store;
  } else if (claim.place->caller) {
    next.caller = claim.place->caller;
  }
  selection().set(next);
}

void PoolFactsView::paint(QPainter& painter) {
  const QString until = timeText(recording()->scan.end.t);
  paintHeading(
      painter, theme(), rect(), tr("Pool facts"),
      recording()->title() +
          tr(" · what is said of Node's Buffer pool, put to the test of the whole run, up to %1").arg(until));
  if (answer_ != nullptr && answer_->trouble.isEmpty()) return;
  paintEmpty(painter, theme(), QRectF(rect()).adjusted(0, kHeading, 0, 0),
             answer_ == nullptr ? tr("Reading…") : answer_->trouble);
}

}  // namespace slabscope::viewer
