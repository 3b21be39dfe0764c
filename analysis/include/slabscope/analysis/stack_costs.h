// SPDX-License-Identifier: Apache-2.0
// What each stack has cost up to an instant, in figures that add up: the form that profile formats want.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/lifetime_histogram.h"
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
  // The parts of these two that are in slabs.
  uint64_t slab_live_bytes = 0;
  uint64_t slab_held_bytes = 0;

  uint64_t own_stores = 0;       ///< allocations that are stores of their own
  uint64_t own_store_bytes = 0;  ///< and their sizes at birth
  /// Allocations that were dead before a second collection (of any kind that frees memory) of their isolate
  /// began: no collection has found them alive. (Freed before the next allocation, which is what native
  /// profilers count, says nothing where a collector frees.) Deaths in a teardown do not count.
  uint64_t temporary = 0;
  uint64_t temporary_bytes = 0;  ///< their sizes at death
  uint64_t temporary_stores = 0;
  uint64_t temporary_store_bytes = 0;
  LifetimeHistogram lifetimes;  ///< of the allocations that have died, but for those in a teardown

  /// How many bytes of slabs are held for each live one; nothing where none is live.
  std::optional<double> amplification() const {
    if (slab_live_bytes == 0) return std::nullopt;
    return static_cast<double>(slab_held_bytes) / static_cast<double>(slab_live_bytes);
  }
  bool isNothing() const {
    return allocations == 0 && bytes == 0 && held_bytes == 0 && lifetimes.count() == 0;
  }
  Costs& operator+=(const Costs& other);
  friend bool operator==(const Costs&, const Costs&) = default;
};

struct StackCosts {
  recording::StackId stack;  ///< 0: what was allocated without a stack
  Costs costs;
};

/// Live slabs that exactly these stacks hold.
struct HeldTogether {
  std::vector<recording::StackId> stacks;  ///< in the order of their ids
  uint64_t bytes = 0;
};

struct CostTable {
  std::vector<StackCosts> stacks;   ///< in the order of their ids, each with a figure that is not 0
  Costs total;                      ///< the sum of `stacks`
  uint64_t unknown_held_bytes = 0;  ///< slabs without a live slice: nobody's, and not in `total`
  /// All slabs that have live slices, by who holds them, in the order of the stacks.
  std::vector<HeldTogether> together;
};

/// Bytes of a slab that slices of several stacks keep alive are shared out among these in proportion to their
/// live bytes in it, as shareOut() does: all held bytes and the unknown ones add up to those of the live
/// stores. One pass over the recording; the error is that of a file that cannot be opened any more.
Result<CostTable> stackCosts(const Scan& scan, const Instant& at, const Progress& progress = {});

/// The same, but allocations, bytes, temporaries and lifetimes are of what was allocated from `from` to
/// `until`, both included, be that before `at` or after it; how long it lived is looked for up to the
/// recording's end. What is live and held is still that of `at`.
Result<CostTable> stackCostsBetween(const Scan& scan, const Instant& at, recording::Nanoseconds from,
                                    recording::Nanoseconds until, const Progress& progress = {});

}  // namespace slabscope::analysis
