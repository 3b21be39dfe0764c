// SPDX-License-Identifier: GPL-3.0-or-later
// All that the views show of one recording, read once and never changed: any thread may read it.
#pragma once

#include <QString>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "selection.h"
#include "slabscope/analysis/lifetimes.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/timeline.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::viewer {

struct Loaded {
  analysis::Scan scan;
  analysis::Timeline timeline;  ///< of all of it
  analysis::InstantReport at_end;
  analysis::InstantReport at_peak;
  std::vector<recording::FrameId> owners;  ///< by stack id

  /// Whether what is below is there: the summary of a recording comes without it, and is shown meanwhile.
  bool has_lives = false;
  analysis::Lifetimes lives;
  std::vector<recording::FrameId> callers;  ///< of slices of slabs: most bytes times time first

  recording::FrameId ownerOf(recording::StackId stack) const {
    return stack.value < owners.size() ? owners[stack.value] : recording::FrameId{};
  }
  /// "keep  src/cache.js:12:18"
  QString callerName(recording::FrameId owner) const;
  QString callerName(const PickedCaller& caller) const;
  /// All that the recording knows of.
  TimeRange wholeRange() const;
  /// "app.slab · node v24.21.0 · pid 4711", and that it is incomplete or lossy where it is.
  QString title() const;
};

/// Called now and then, from any thread, with the number of events read so far; false ends the loading.
using KeepGoing = std::function<bool(uint64_t events)>;
/// Called once, before the rest is read.
using OnSummary = std::function<void(std::shared_ptr<const Loaded> summary)>;

/// Reads the recording. The error names the file and what to do; null when it was told to stop.
Result<std::shared_ptr<const Loaded>> load(const std::string& path, const KeepGoing& keep_going = {},
                                           const OnSummary& on_summary = {});

}  // namespace slabscope::viewer
