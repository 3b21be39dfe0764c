// SPDX-License-Identifier: Apache-2.0
// Stacks as paths of callers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "slabscope/analysis/callers.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::analysis {

class CallerPaths {
 public:
  /// `scan` must outlive this.
  CallerPaths(const Scan& scan, Grouping grouping, Frames frames);

  /// Numbers of the callers on the stack, innermost first, never empty, none twice in a row.
  std::vector<uint32_t> of(recording::StackId stack);

  /// Of a frame; 0: of stacks without frames.
  uint32_t callerOf(recording::FrameId frame);
  size_t callerCount() const { return frames_of_.size(); }
  /// The first frame that was met of it.
  recording::FrameId frameOf(uint32_t caller) const { return frames_of_[caller]; }

 private:
  std::string keyOf(recording::FrameId id) const;

  const Scan& scan_;
  Owners owners_;
  Grouping grouping_;
  Frames frames_;
  std::vector<uint32_t> known_;  // by frame id: the caller's number + 1
  std::map<std::string, uint32_t> by_key_;
  std::vector<recording::FrameId> frames_of_;
};

}  // namespace slabscope::analysis
