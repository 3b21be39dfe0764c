// SPDX-License-Identifier: GPL-3.0-or-later
// Which slabs a picked caller keeps alive at an instant, wherever it is on the stacks of their slices.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "loaded.h"
#include "selection.h"

namespace slabscope::viewer {

struct HeldQuestion {
  std::shared_ptr<const Loaded> recording;
  PickedCaller caller;
  analysis::Instant at;
  friend bool operator==(const HeldQuestion&, const HeldQuestion&) = default;
};

struct HeldThrough {
  /// Of the live slices that an owner answers for, those that the picked caller is on the stack of.
  struct Part {
    uint64_t slices = 0;
    uint64_t of = 0;  ///< all of the owner's
  };

  PickedCaller caller;
  std::set<recording::StoreId> slabs;  ///< with at least one such slice
  std::map<recording::FrameId, Part> owners;

  /// All that the owner holds goes through the picked caller.
  bool isWhole(recording::FrameId owner) const;
  /// Some of it does.
  bool isPart(recording::FrameId owner) const;
};

/// Goes over the slices of the slabs that live at the instant. For another thread than the GUI's.
HeldThrough findHeldThrough(const HeldQuestion& question, const analysis::Progress& progress);

}  // namespace slabscope::viewer
