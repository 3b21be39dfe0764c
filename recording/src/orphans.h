// SPDX-License-Identifier: Apache-2.0
// Slices whose store died before them: their own death may never be told (a worker that is terminated).
#pragma once

#include <cstdint>

namespace slabscope::recording {

/// Whether they are worth a pass over all slices. Only where half of these are orphans, so that the cost of a
/// free stays constant.
inline bool areManyOrphans(uint64_t orphans, uint64_t slices) {
  constexpr uint64_t kFew = 1024;
  return orphans >= kFew && orphans >= slices / 2;
}

}  // namespace slabscope::recording
