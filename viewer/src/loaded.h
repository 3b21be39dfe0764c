// SPDX-License-Identifier: GPL-3.0-or-later
// All that the views show of one recording, read once and never changed: any thread may read it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "selection.h"
#include "slabscope/analysis/lifetimes.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"
#include "steps.h"

namespace slabscope::viewer {

struct Loaded {
  analysis::Scan scan;
  analysis::Lifetimes lives;
  std::vector<recording::FrameId> owners;   ///< by stack id
  std::vector<recording::FrameId> callers;  ///< of slices of slabs: most bytes times time first
  std::vector<recording::Gc> collections;
  Steps store_bytes;  ///< of all live stores
  Steps slab_bytes;
  Steps live_bytes;  ///< in slabs
  Steps rss;         ///< as it was measured now and then
  analysis::InstantReport at_end;
  analysis::InstantReport at_peak;

  recording::FrameId ownerOf(recording::StackId stack) const {
    return stack.value < owners.size() ? owners[stack.value] : recording::FrameId{};
  }
  /// "keep  src/cache.js:12:18"
  std::string callerName(recording::FrameId owner) const;
  std::string callerName(const PickedCaller& caller) const;
  /// "app.slab · node v24.21.0 · pid 4711", and that it is incomplete or lossy where it is.
  std::string title() const;
};

/// Called now and then with the number of events read so far; false ends the loading.
using KeepGoing = std::function<bool(uint64_t events)>;

/// Reads the recording. The error names the file and what to do; null when it was told to stop.
Result<std::shared_ptr<const Loaded>> load(const std::string& path, const KeepGoing& keep_going = {});

}  // namespace slabscope::viewer
