// SPDX-License-Identifier: GPL-3.0-or-later
// What the user has picked, and the steps to it. All views show it and change it; none knows another.
#pragma once

#include <QObject>
#include <optional>
#include <vector>

#include "slabscope/analysis/callers.h"
#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/time_range.h"
#include "slabscope/recording/model.h"

namespace slabscope::viewer {

using analysis::TimeRange;

/// A caller, wherever it is on a stack: all frames that are one with `frame` by the grouping.
struct PickedCaller {
  // NOLINTNEXTLINE(google-explicit-constructor): a frame alone is the line that it stands for
  PickedCaller(recording::FrameId of, analysis::Grouping by = analysis::Grouping::kLine,
               analysis::Frames among = analysis::Frames::kOwners)
      : frame(of), grouping(by), frames(among) {}

  recording::FrameId frame;  ///< 0: what was allocated without a stack
  analysis::Grouping grouping;
  analysis::Frames frames;
  friend bool operator==(const PickedCaller&, const PickedCaller&) = default;
};

struct Picks {
  std::optional<TimeRange> range;            ///< none: all of the recording
  std::optional<analysis::Instant> instant;  ///< none: the recording's end
  recording::StoreId slab;                   ///< 0: none
  std::optional<PickedCaller> caller;        ///< none: all
  friend bool operator==(const Picks&, const Picks&) = default;
};

class Selection : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  const Picks& picks() const { return current_; }

  /// One step that can be undone; none when nothing changes.
  void set(const Picks& picks);
  /// Steps of one gesture (a drag, a turn of the wheel): the first is a step, the others go on with it until
  /// endGesture().
  void follow(const Picks& picks);
  void endGesture() { in_gesture_ = false; }

  bool canUndo() const { return !past_.empty(); }
  bool canRedo() const { return !future_.empty(); }
  void undo();
  void redo();
  /// Nothing picked, and nothing to undo: for another recording.
  void reset();

 signals:
  void changed();

 private:
  void become(const Picks& picks);

  Picks current_;
  std::vector<Picks> past_;
  std::vector<Picks> future_;
  bool in_gesture_ = false;
};

}  // namespace slabscope::viewer
