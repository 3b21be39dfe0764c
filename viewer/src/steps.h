// SPDX-License-Identifier: GPL-3.0-or-later
// A figure that changes at events and stays between them: how much of a slab lives.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/analysis/lifetimes.h"
#include "slabscope/recording/model.h"

namespace slabscope::viewer {

/// From `t` on the figure is `value`.
struct Step {
  recording::Nanoseconds t = 0;
  uint64_t value = 0;
};

/// In the order of time, at most one step a nanosecond; 0 before the first.
using Steps = std::vector<Step>;

/// The most that the figure was in each of `columns` equal parts of the range.
std::vector<uint64_t> mostIn(const Steps& steps, recording::Nanoseconds from, recording::Nanoseconds until,
                             size_t columns);

/// Bytes of one slab under at least one live slice: those under a Buffer and a view of it count once.
Steps liveBytesOf(const analysis::Lifetimes& lives, const analysis::SlabLife& slab);

}  // namespace slabscope::viewer
