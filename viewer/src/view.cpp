// SPDX-License-Identifier: GPL-3.0-or-later
#include "view.h"

#include <QAbstractItemView>
#include <QKeyEvent>
#include <QPainter>
#include <algorithm>
#include <utility>

#include "caller_colours.h"
#include "painting.h"
#include "slab_find.h"
#include "words.h"

namespace slabscope::viewer {

View::View(Selection& selection, QWidget* parent)
    : QWidget(parent), selection_(selection), theme_(&lightTheme()) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  connect(&selection, &Selection::changed, this, [this] {
    missed_selection_ = true;
    if (!isAway()) catchUp();
  });
  connect(&picked_, &PickedStacks::found, this, [this] { pickedStacksFound(); });
}

void View::catchUp() {
  // What a change leads to may ask for another picture.
  const bool recording = std::exchange(missed_recording_, false);
  const bool selection = std::exchange(missed_selection_, false);
  if (recording || selection) picked_.set(recording_, picks().caller);
  if (recording) recordingChanged();
  if (selection) selectionChanged();
}

void View::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  catchUp();
}

void View::setRecording(std::shared_ptr<const Loaded> recording) {
  waits_for_lives_ = recording != nullptr && !recording->has_lives && needsLives();
  recording_ = waits_for_lives_ ? nullptr : std::move(recording);
  missed_recording_ = true;
  if (!isAway()) catchUp();
}

void View::setTheme(const Theme& theme) {
  theme_ = &theme;
  themeChanged();
}

std::vector<NamedTable> View::listTables() {
  std::vector<NamedTable> tables;
  for (const QAbstractItemView* items : findChildren<QAbstractItemView*>()) {
    // Lists of choices that boxes drop down are none.
    const bool is_table = !items->accessibleName().isEmpty() && items->model() != nullptr;
    if (is_table && items->isVisibleTo(this)) tables.push_back({items->accessibleName(), items->model()});
  }
  return tables;
}

std::vector<NamedTable> View::tables() {
  catchUp();
  return recording_ == nullptr ? std::vector<NamedTable>() : listTables();
}

QAbstractItemModel* View::tableModel() {
  const std::vector<NamedTable> all = tables();
  const auto* focused = qobject_cast<QAbstractItemView*>(focusWidget());
  for (const NamedTable& one : all) {
    if (focused != nullptr && focused->model() == one.model) return one.model;
  }
  return all.empty() ? nullptr : all.front().model;
}

void View::pickRow(const QAbstractItemModel& table, int row) {
  for (QAbstractItemView* items : findChildren<QAbstractItemView*>()) {
    if (items->model() == &table) items->setCurrentIndex(table.index(row, 0));
  }
}

TimeRange View::shownRange() const {
  return picks().range.value_or(recording_->wholeRange());
}

analysis::Instant View::shownInstant() const {
  return picks().instant.value_or(recording_->scan.end);
}

QColor View::colourOf(recording::FrameId owner) const {
  return colourOfCaller(*recording_, *theme_, owner);
}

QString View::nameOf(recording::FrameId owner) const {
  return recording_->callerName(owner);
}

bool View::goesToSlab(const QKeyEvent& key, const analysis::SlabLife* shown) {
  const bool is_back = key.key() == Qt::Key_Up || key.key() == Qt::Key_PageUp;
  const bool is_forth = key.key() == Qt::Key_Down || key.key() == Qt::Key_PageDown;
  if (!is_back && !is_forth) return false;
  // What is shown may not be there yet where one goes on quickly.
  const analysis::SlabLife* from = picks().slab ? recording_->lives.find(picks().slab) : shown;
  if (from == nullptr) return true;
  Picks next = picks();
  next.slab = neighbourOf(recording_->lives, *from, is_back ? -1 : 1).store;
  selection_.set(next);
  return true;
}

QString View::lackOfSlabs(recording::Nanoseconds at) const {
  return recording_->lives.slabs.empty()
             ? tr("This recording has no slab: no Buffer was cut from Node's pool.")
             : tr("No slab lives at %1: pick another instant.").arg(timeText(at));
}

bool View::isPicked(recording::StackId stack) const {
  const auto& stacks = picked_.stacks();
  return stacks == nullptr || analysis::isMarked(*stacks, stack);
}

void View::settle() {
  catchUp();
  picked_.settle();
  settleView();
}

void View::paintEvent(QPaintEvent* /*event*/) {
  catchUp();
  QPainter painter(this);
  painter.fillRect(rect(), theme_->window);
  if (recording_ == nullptr) {
    paintEmpty(painter, *theme_, rect(),
               waits_for_lives_
                   ? tr("Reading what was cut from the slabs…")
                   : tr("No recording is open: drop a .slab file here, or open one with Ctrl+O."));
    return;
  }
  paint(painter);
}

}  // namespace slabscope::viewer
