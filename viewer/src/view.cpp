// SPDX-License-Identifier: GPL-3.0-or-later
#include "view.h"

#include <QAbstractItemView>
#include <QPainter>
#include <algorithm>
#include <utility>

#include "painting.h"

namespace slabscope::viewer {

View::View(Selection& selection, QWidget* parent)
    : QWidget(parent), selection_(selection), theme_(&lightTheme()) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  connect(&selection, &Selection::changed, this, [this] {
    missed_selection_ = true;
    if (!isAway()) catchUp();
  });
}

void View::catchUp() {
  // What a change leads to may ask for another picture.
  const bool recording = std::exchange(missed_recording_, false);
  const bool selection = std::exchange(missed_selection_, false);
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
  marked_caller_.reset();
  missed_recording_ = true;
  if (!isAway()) catchUp();
}

void View::setTheme(const Theme& theme) {
  theme_ = &theme;
  themeChanged();
}

QAbstractItemModel* View::tableModel() {
  for (const QAbstractItemView* items : findChildren<QAbstractItemView*>()) {
    if (items->isVisibleTo(this) && items->model() != nullptr) return items->model();
  }
  return nullptr;
}

TimeRange View::shownRange() const {
  return picks().range.value_or(wholeRange());
}

TimeRange View::wholeRange() const {
  const analysis::Scan& scan = recording_->scan;
  const recording::Nanoseconds from = scan.hasDropped() ? scan.header.dropped.until : 0;
  return {from, std::max(scan.duration, from + 1)};
}

analysis::Instant View::shownInstant() const {
  return picks().instant.value_or(recording_->scan.end);
}

QColor View::colourOf(recording::FrameId owner) const {
  const auto& callers = recording_->callers;
  const size_t coloured = std::min(callers.size(), theme_->callers.size());
  for (size_t rank = 0; rank < coloured; ++rank) {
    if (callers[rank] == owner) return theme_->callers[rank];
  }
  return theme_->other_caller;
}

QString View::nameOf(recording::FrameId owner) const {
  return QString::fromStdString(recording_->callerName(owner));
}

bool View::isPicked(recording::StackId stack) const {
  if (!picks().caller) return true;
  if (marked_caller_ != picks().caller) {
    const PickedCaller& caller = *picks().caller;
    marked_stacks_ = analysis::stacksThrough(recording_->scan, caller.frame, caller.grouping, caller.frames);
    marked_caller_ = caller;
  }
  return stack.value < marked_stacks_.size() && marked_stacks_[stack.value];
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
