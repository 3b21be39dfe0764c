// SPDX-License-Identifier: Apache-2.0
// What a recording shows that is worth changing in the program, each with the figures that support it. What
// the thresholds do not support is not said, and nothing is said of what is younger than the last full
// collection.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "slabscope/analysis/evidence.h"
#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// Slices that are small beside the slabs they keep alive. Given for a line of the program that holds
/// kMinHeld or more by survivors of a full collection, kMinAmplification times their live bytes or more.
struct SmallSlicesPinSlabs {
  static constexpr uint64_t kMinHeld = 1 << 20;
  static constexpr uint64_t kMinAmplification = 8;
  Holder holder;
};

/// Stores of their own that no collection has found alive. Given for a line of the program that made
/// kMinStores such or more, with kMinBytes or more in all, nine in ten of its stores or more, and a tenth of
/// all that the run allocated.
struct ManyTemporaryStores {
  static constexpr uint64_t kMinStores = 1000;
  static constexpr uint64_t kMinBytes = 4 << 20;
  recording::FrameId owner;
  uint64_t stores = 0;     ///< all that it made
  uint64_t temporary = 0;  ///< of these
  uint64_t bytes = 0;      ///< of the temporary ones
  uint64_t pool_size = 0;  ///< Buffer.poolSize; 0: not known
  /// Whether one of average size is small enough for the pool.
  bool wouldFitPool() const { return pool_size != 0 && bytes / temporary < pool_size / 2; }
};

/// Slabs that their pool left with much of them never cut. Given for a line of the program for whose requests
/// kMinSlabs or more were left, with kMinBytes or more uncut, a fifth of their bytes or more.
struct TailsAbandoned {
  static constexpr uint64_t kMinSlabs = 16;
  static constexpr uint64_t kMinBytes = 1 << 20;
  TailMaker maker;
  /// For most of the slabs it was the room that Node sets aside for strings.
  bool isByStrings() const { return maker.by_strings * 2 > maker.slabs; }
};

/// Structured clones of Buffers that copied their whole slabs. Given for a caller that received kMinClones or
/// more, with kMinBytes or more in all.
struct SlabsCloned {
  static constexpr uint64_t kMinClones = 16;
  static constexpr uint64_t kMinBytes = 1 << 20;
  SlabCloner cloner;
};

/// What survives full collections grows on: a leak, or a cache without a limit. Given for a caller with
/// kMinPoints points or more, none of them less than the one before, that has grown by kMinBytes or more and
/// to half as much again or more, a fifth of that or more in the last third of the points.
struct SurvivorsGrow {
  static constexpr size_t kMinPoints = 5;
  static constexpr uint64_t kMinBytes = 1 << 20;
  Growth growth;
};

using Advice =
    std::variant<SmallSlicesPinSlabs, SurvivorsGrow, SlabsCloned, TailsAbandoned, ManyTemporaryStores>;

/// Whether enough is known of slices for what rests on them.
bool canAdviseOnSlices(const Scan& scan);

/// In the order of the alternatives, of each the largest first and kAdviceOfAKind at most. `report` and
/// `evidence` are of the same instant. Nothing is said that rests on slices where these or their deaths
/// were not recorded, the recording was paused, or more than one event in a hundred was lost.
inline constexpr size_t kAdviceOfAKind = 2;
std::vector<Advice> adviseOn(const Scan& scan, const InstantReport& report, const Evidence& evidence);

}  // namespace slabscope::analysis
