// SPDX-License-Identifier: Apache-2.0
// What a run did up to an instant that its live set alone does not tell: what advice rests on.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// A caller whose requests did not fit into what was left of a pool's slab, so that the pool left it.
struct TailMaker {
  recording::FrameId owner;
  uint64_t slabs = 0;          ///< that were left for its requests
  uint64_t slab_bytes = 0;     ///< their sizes
  uint64_t tail_bytes = 0;     ///< of these what was never cut
  uint64_t request_bytes = 0;  ///< the sum of what those requests then took from the next slab
  /// Of these slabs, those whose tail had room for what the request took in the end, a string: from Node 20
  /// on a string needs room for several times its bytes.
  uint64_t by_strings = 0;
};

/// A caller that received copies of whole pool slabs in place of the Buffers in them.
struct SlabCloner {
  recording::FrameId owner;
  uint64_t clones = 0;
  uint64_t bytes = 0;
};

/// A caller's bytes that had survived a full collection, at several full collections and at the instant: its
/// live stores, and its share of whole slabs.
struct GrowthPoint {
  recording::Nanoseconds t = 0;
  uint64_t bytes = 0;
};
struct Growth {
  recording::FrameId owner;
  std::vector<GrowthPoint> points;  ///< the same times for all callers
};

/// What a caller made of stores of their own (no slabs).
struct StoreTurnover {
  recording::FrameId owner;
  uint64_t stores = 0;
  uint64_t temporary = 0;        ///< of these, as Costs::temporary_stores counts
  uint64_t temporary_bytes = 0;  ///< their sizes at death
};

struct Evidence {
  std::vector<StoreTurnover> turnovers;  ///< most temporary bytes first
  uint64_t allocated_bytes = 0;          ///< of all callers, as Costs::bytes counts
  std::vector<TailMaker> tails;          ///< most tail bytes first
  std::vector<SlabCloner> cloners;       ///< most bytes first
  std::vector<Growth> growth;            ///< of callers with any such byte at the instant, most first
};

}  // namespace slabscope::analysis
