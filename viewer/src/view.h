// SPDX-License-Identifier: GPL-3.0-or-later
// One picture of the recording. It shows what the selection has picked, and picks.
#pragma once

#include <QString>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "loaded.h"
#include "picked_stacks.h"
#include "selection.h"
#include "theme.h"

class QAbstractItemModel;
class QKeyEvent;
class QPainter;

namespace slabscope::viewer {

struct NamedTable {
  QString name;  ///< "slices of the slab"
  QAbstractItemModel* model = nullptr;
};

class View : public QWidget {
  Q_OBJECT

 public:
  /// `selection` must outlive this.
  explicit View(Selection& selection, QWidget* parent = nullptr);

  /// Null: nothing is open. A view that needsLives() shows nothing of a summary.
  void setRecording(std::shared_ptr<const Loaded> recording);
  void setTheme(const Theme& theme);
  /// Does not return before what is shown is of the present selection: for pictures without a window.
  void settle();
  /// What the view shows of the present selection as rows, without its pictures: for copies, and for who
  /// cannot see. They belong to the view and hold until they are asked for again. None where there is nothing
  /// to show.
  std::vector<NamedTable> tables();
  /// Of these that which has the keyboard, else the first; null: there are none.
  QAbstractItemModel* tableModel();
  /// Picks what a row of one of its tables stands for, as a click on it does.
  virtual void pickRow(const QAbstractItemModel& table, int row);

 signals:
  /// What was found out aside is there: tables() may tell something else now.
  void dataChanged();

 protected:
  const Loaded* recording() const { return recording_.get(); }
  const std::shared_ptr<const Loaded>& sharedRecording() const { return recording_; }
  Selection& selection() const { return selection_; }
  const Picks& picks() const { return selection_.picks(); }
  const Theme& theme() const { return *theme_; }

  /// The picked range, or all.
  TimeRange shownRange() const;
  /// The picked instant, or the end.
  analysis::Instant shownInstant() const;
  /// A caller's colour: the same in all views.
  QColor colourOf(recording::FrameId owner) const;
  QString nameOf(recording::FrameId owner) const;
  /// Whether the picked caller is on the stack; true for all where none is picked, and until it is known.
  bool isPicked(recording::StackId stack) const;
  /// By stack id, the same; null where none is picked, and until it is known.
  const std::shared_ptr<const std::vector<bool>>& pickedStacks() const { return picked_.stacks(); }

  /// Whether the key goes from `shown`, or rather the picked slab, to the one before or the next one.
  bool goesToSlab(const QKeyEvent& key, const analysis::SlabLife* shown);
  /// Why a view of slabs has nothing to show: the recording has none, or none lives at the time.
  QString lackOfSlabs(recording::Nanoseconds at) const;
  /// Whether it can do nothing without Loaded::lives.
  virtual bool needsLives() const { return true; }
  /// Only called while there is a recording.
  virtual void paint(QPainter& painter) = 0;
  virtual void recordingChanged() { update(); }
  virtual void selectionChanged() { update(); }
  virtual void themeChanged() { update(); }
  /// It is known now which stacks the picked caller is on.
  virtual void pickedStacksFound() { update(); }
  /// What tables() tells; what is in sight of tables and trees where it is not overridden.
  virtual std::vector<NamedTable> listTables();
  /// What settle() waits for, once the picked caller's stacks are known.
  virtual void settleView() {}

  void paintEvent(QPaintEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  /// Not in sight: it is told what has changed once it is. What it would look up meanwhile nobody sees.
  bool isAway() const { return parentWidget() != nullptr && !isVisible(); }
  void catchUp();

  Selection& selection_;
  const Theme* theme_;
  bool missed_recording_ = false;
  bool missed_selection_ = false;
  std::shared_ptr<const Loaded> recording_;
  PickedStacks picked_;
  bool waits_for_lives_ = false;
};

}  // namespace slabscope::viewer
