// SPDX-License-Identifier: Apache-2.0
// What each stack has cost up to an instant, in figures that add up: the form that profile formats want.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::analysis {

struct Costs {
  /// Stores of their own, and slices cut from slabs. A slab itself is no allocation of the caller whose
  /// request happened to begin it, and a view of a slice takes no memory.
  uint64_t allocations = 0;
  uint64_t bytes = 0;  ///< the sizes of these, and what stores have grown by since
  /// Of what is alive: stores of their own, and its share of the bytes of slabs that are under a live slice.
  uint64_t live_bytes = 0;
  /// Of what is alive: stores of their own, and its share of whole slabs.
  uint64_t held_bytes = 0;
};

struct StackCosts {
  recording::StackId stack;  ///< 0: what was allocated without a stack
  Costs costs;
};

struct CostTable {
  std::vector<StackCosts> stacks;   ///< in the order of their ids, each with a figure that is not 0
  Costs total;                      ///< the sum of `stacks`
  uint64_t unknown_held_bytes = 0;  ///< slabs without a live slice: nobody's, and not in `total`
};

/// Bytes of a slab that slices of several stacks keep alive are shared out among these in proportion to their
/// live bytes in it, as shareOut() does: all held bytes and the unknown ones add up to those of the live
/// stores. One pass over the recording; the error is that of a file that cannot be opened any more.
Result<CostTable> stackCosts(const Scan& scan, const Instant& at, const Progress& progress = {});

}  // namespace slabscope::analysis
