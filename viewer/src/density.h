// SPDX-License-Identifier: GPL-3.0-or-later
// How many slices live at each byte offset of all slabs together, over time: a raster for any number of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "selection.h"
#include "slabscope/analysis/lifetimes.h"

namespace slabscope::viewer {

struct Density {
  size_t columns = 0;
  size_t rows = 0;  ///< row 0 has the smallest offsets
  uint32_t most = 0;
  std::vector<uint32_t> counts;

  uint32_t at(size_t column, size_t row) const { return counts[row * columns + column]; }
};

struct DensityQuestion {
  TimeRange range;
  uint64_t bytes = 0;  ///< rows divide the offsets from 0 to here
  size_t columns = 0;
  size_t rows = 0;
  /// By stack id, whether its slices count; null: all do.
  const std::vector<bool>* stacks = nullptr;
};

/// Counts in each cell the slices that live at some time of its column and cover some byte of its row.
Density densityOf(const analysis::Lifetimes& lives, const DensityQuestion& question);

}  // namespace slabscope::viewer
