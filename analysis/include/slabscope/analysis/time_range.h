// SPDX-License-Identifier: Apache-2.0
// A part of a recording's time.
#pragma once

#include <limits>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// All of it, unless said otherwise.
struct TimeRange {
  recording::Nanoseconds from = 0;
  recording::Nanoseconds until = std::numeric_limits<recording::Nanoseconds>::max();  ///< not included

  recording::Nanoseconds length() const { return until - from; }
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

}  // namespace slabscope::analysis
