// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include "slabscope/recording/slice_runs.h"

namespace slabscope::analysis {

/// Whether what forEachRun() tells is many slices, or deaths of slices, and not an event.
template <class One>
constexpr bool isRun() {
  using T = std::decay_t<One>;
  return std::is_same_v<T, recording::SliceRun> || std::is_same_v<T, recording::SliceFreeRun> ||
         std::is_same_v<T, recording::UnreadRun>;
}

}  // namespace slabscope::analysis
