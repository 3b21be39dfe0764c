// SPDX-License-Identifier: GPL-3.0-or-later
// One picture of the recording. It shows what the selection has picked, and picks.
#pragma once

#include <QString>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "loaded.h"
#include "selection.h"
#include "theme.h"

class QAbstractItemModel;
class QPainter;

namespace slabscope::viewer {

class View : public QWidget {
  Q_OBJECT

 public:
  /// `selection` must outlive this.
  explicit View(Selection& selection, QWidget* parent = nullptr);

  /// Null: nothing is open. A view that needsLives() shows nothing of a summary.
  void setRecording(std::shared_ptr<const Loaded> recording);
  void setTheme(const Theme& theme);
  /// Does not return before what is shown is of the present selection: for pictures without a window.
  virtual void settle() {}
  /// What the view shows of the present selection as rows, without its pictures: for copies, and for who
  /// cannot see. It belongs to the view. Null: it has none now.
  virtual QAbstractItemModel* tableModel();

 protected:
  const Loaded* recording() const { return recording_.get(); }
  const std::shared_ptr<const Loaded>& sharedRecording() const { return recording_; }
  Selection& selection() const { return selection_; }
  const Picks& picks() const { return selection_.picks(); }
  const Theme& theme() const { return *theme_; }

  /// All that the recording knows of.
  TimeRange wholeRange() const;
  /// The picked range, or all.
  TimeRange shownRange() const;
  /// The picked instant, or the end.
  analysis::Instant shownInstant() const;
  /// A caller's colour: the same in all views.
  QColor colourOf(recording::FrameId owner) const;
  QString nameOf(recording::FrameId owner) const;
  /// Whether the picked caller is on the stack; true for all where none is picked.
  bool isPicked(recording::StackId stack) const;

  /// Whether it can do nothing without Loaded::lives.
  virtual bool needsLives() const { return true; }
  /// Only called while there is a recording.
  virtual void paint(QPainter& painter) = 0;
  virtual void recordingChanged() { update(); }
  virtual void selectionChanged() { update(); }
  virtual void themeChanged() { update(); }

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
  // Of which caller the list below is; made when it is asked for.
  mutable std::optional<PickedCaller> marked_caller_;
  mutable std::vector<bool> marked_stacks_;
  bool waits_for_lives_ = false;
};

}  // namespace slabscope::viewer
