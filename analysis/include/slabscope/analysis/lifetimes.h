// SPDX-License-Identifier: Apache-2.0
// From when to when each slab lived, and each slice of it: what a picture of byte offsets against time is
// made of. Its memory grows with the number of slices that were ever cut: 64 bytes for each.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::analysis {

/// From the event that made it to the event that ended it.
struct Lifetime {
  static constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

  recording::Nanoseconds born = 0;
  recording::Nanoseconds died = kNever;
  uint64_t born_event = 0;  ///< the number of the event in the recording, from 0
  uint64_t died_event = kNever;

  bool hasDied() const { return died_event != kNever; }
  /// Born by the instant.
  bool begunAt(const Instant& at) const { return at.includes(born_event, born); }
  bool aliveAt(const Instant& at) const {
    return begunAt(at) && !(hasDied() && at.includes(died_event, died));
  }
};

struct SliceLife {
  Lifetime life;  ///< ends with its slab at the latest
  uint64_t offset = 0;
  uint64_t length = 0;
  recording::SliceId slice;
  recording::StackId stack;
  bool view = false;  ///< made from an existing slice, not cut from the slab
};

struct SlabLife {
  Lifetime life;
  recording::StoreId store;
  recording::StoreKind kind = recording::StoreKind::kPool;
  uint32_t isolate = 0;  ///< the one that it was born in
  /// It is the first slab of a further pool of the isolate, for which no other pool has left one.
  bool begins_further_pool = false;
  recording::StackId stack;
  uint64_t address = 0;
  uint64_t size = 0;  ///< the largest that it ever had
  size_t first_slice = 0;
  size_t slices = 0;
};

struct Lifetimes {
  std::vector<SlabLife> slabs;    ///< in the order of their birth
  std::vector<SliceLife> slices;  ///< slab by slab, in the order of their birth
  bool knows_slices = true;       ///< Scan::knowsSlices(): what is not in `slices` was not cut

  const SliceLife* begin(const SlabLife& slab) const { return slices.data() + slab.first_slice; }
  const SliceLife* end(const SlabLife& slab) const { return begin(slab) + slab.slices; }
  /// Null when there is no such slab.
  const SlabLife* find(recording::StoreId store) const;
};

/// From one pass over the recording. The error is that of a file that cannot be opened any more.
Result<Lifetimes> lifetimesOf(const Scan& scan, const Progress& progress = {});

}  // namespace slabscope::analysis
