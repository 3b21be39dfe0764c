// SPDX-License-Identifier: GPL-3.0-or-later
#include "density.h"

#include <algorithm>

namespace slabscope::viewer {
namespace {

size_t cellOf(double value, double whole, size_t cells) {
  const double cell = value / whole * static_cast<double>(cells);
  return std::min(static_cast<size_t>(std::max(cell, 0.0)), cells - 1);
}

}  // namespace

Density densityOf(const analysis::Lifetimes& lives, const DensityQuestion& question) {
  const auto& [range, bytes, columns, rows, stacks] = question;
  Density density{columns, rows, 0, {}};
  if (columns == 0 || rows == 0 || bytes == 0 || range.length() == 0) return density;
  // Four corners for each slice, then sums along both directions: the cost does not grow with a slice's area.
  const size_t stride = columns + 1;
  std::vector<int32_t> corners(stride * (rows + 1));
  const auto whole_time = static_cast<double>(range.length());
  const auto whole_bytes = static_cast<double>(bytes);
  for (const analysis::SliceLife& slice : lives.slices) {
    if (slice.length == 0 || slice.life.born > range.until || slice.life.died < range.from) continue;
    if (stacks != nullptr && !analysis::isMarked(*stacks, slice.stack)) continue;
    const uint64_t from = std::max(slice.life.born, range.from) - range.from;
    const uint64_t until = std::min(slice.life.died, range.until) - range.from;
    const size_t left = cellOf(static_cast<double>(from), whole_time, columns);
    const size_t right = cellOf(static_cast<double>(until), whole_time, columns) + 1;
    const size_t low = cellOf(static_cast<double>(slice.offset), whole_bytes, rows);
    const size_t high = cellOf(static_cast<double>(slice.offset + slice.length - 1), whole_bytes, rows) + 1;
    ++corners[low * stride + left];
    --corners[low * stride + right];
    --corners[high * stride + left];
    ++corners[high * stride + right];
  }
  density.counts.resize(columns * rows);
  std::vector<int32_t> above(stride);
  for (size_t row = 0; row < rows; ++row) {
    int32_t sum = 0;
    for (size_t column = 0; column < columns; ++column) {
      above[column] += corners[row * stride + column];
      sum += above[column];
      const auto count = static_cast<uint32_t>(std::max(sum, 0));
      density.counts[row * columns + column] = count;
      density.most = std::max(density.most, count);
    }
  }
  return density;
}

}  // namespace slabscope::viewer
