// SPDX-License-Identifier: Apache-2.0
// What has become of the bytes of slabs over time: slab_layout.h for all instants at once.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "slabscope/analysis/averages.h"
#include "slabscope/analysis/lifetimes.h"
#include "slabscope/analysis/slab_layout.h"
#include "slabscope/analysis/time_range.h"

namespace slabscope::analysis {

inline constexpr size_t kByteStates = static_cast<size_t>(ByteState::kFree) + 1;

/// From the event on so many bytes more of a slab are in a state; less where negative.
struct UsageChange {
  recording::Nanoseconds t = 0;
  uint64_t event = 0;
  ByteState state = ByteState::kFree;
  int64_t bytes = 0;
};

/// By slice: whether it counts.
using SliceFilter = std::function<bool(const SliceLife& slice)>;

/// Every change of how many bytes of the slab are under at least one live slice that counts (none given: all
/// do), in the order of the events.
void forEachLiveChange(const Lifetimes& lives, const SlabLife& slab, const SliceFilter& counts,
                       const std::function<void(const UsageChange& change)>& visit);

/// Of all slabs. At each instant the states are those of slabLayout(), and add up to the slabs' sizes.
struct SlabUsage {
  std::array<Averages, kByteStates> states;  ///< by ByteState, in bytes

  const Averages& of(ByteState state) const { return states[static_cast<size_t>(state)]; }
};

/// Over a range that is not empty. Calls `progress` after each slab with the number of slices looked at.
SlabUsage slabUsage(const Lifetimes& lives, const TimeRange& range, const Progress& progress = {});

/// Bytes of all slabs under at least one live slice of the marked stacks (by stack id), as slabUsage() tells
/// of all stacks.
Averages liveBytesThrough(const Lifetimes& lives, const std::vector<bool>& stacks, const TimeRange& range,
                          const Progress& progress = {});

}  // namespace slabscope::analysis
