// SPDX-License-Identifier: GPL-3.0-or-later
// How the slabs of two runs differ from one another, slab by slab: distributions, which no mean tells.
#pragma once

#include <QString>
#include <QStringList>
#include <array>
#include <cstdint>
#include <vector>

#include "slabscope/analysis/slab_table.h"

namespace slabscope::viewer {

enum class SpreadFigure : uint8_t { kUtilisation, kLive, kNotLive, kSlices, kAge };
inline constexpr size_t kSpreadFigures = static_cast<size_t>(SpreadFigure::kAge) + 1;
/// "utilisation", "live bytes", ...
QStringList spreadFigureNames();
/// "61.2 %", "4.0 KiB", "12", "1.5 s"
QString inWords(SpreadFigure figure, double value);

/// Each figure of each slab, smallest first.
struct SlabSamples {
  std::array<std::vector<double>, kSpreadFigures> values;  ///< by SpreadFigure

  const std::vector<double>& of(SpreadFigure figure) const { return values[static_cast<size_t>(figure)]; }
};
/// Where slices were not recorded there are none of what rests on them.
SlabSamples samplesOf(const std::vector<analysis::SlabRow>& rows, const analysis::Instant& at,
                      bool knows_slices);

/// By nearest rank, as `utilisation_p50` of a diff; 0 of nothing. `samples` are sorted.
double quantileOf(const std::vector<double>& samples, double share);

struct Spread {
  double step = 1;             ///< of one bin; the first begins at 0
  std::vector<size_t> before;  ///< slabs by bin
  std::vector<size_t> after;
};
/// In so many bins at most; the largest value is in the last one.
Spread spreadOf(const SlabSamples& before, const SlabSamples& after, SpreadFigure figure, size_t bins);

}  // namespace slabscope::viewer
