// SPDX-License-Identifier: GPL-3.0-or-later
#include "slab_spread.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "words.h"

namespace slabscope::viewer {
namespace {

double valueOf(const analysis::SlabRow& row, SpreadFigure figure, const analysis::Instant& at) {
  switch (figure) {
    case SpreadFigure::kUtilisation:
      return row.utilisation();
    case SpreadFigure::kLive:
      return static_cast<double>(row.live);
    case SpreadFigure::kNotLive:
      return static_cast<double>(row.size - row.live);
    case SpreadFigure::kSlices:
      return static_cast<double>(row.slices);
    case SpreadFigure::kAge:
      break;
  }
  return static_cast<double>(std::max(at.t, row.born) - row.born);
}

std::vector<size_t> countedIn(const std::vector<double>& samples, double step, size_t bins) {
  std::vector<size_t> counts(bins);
  for (const double value : samples) ++counts[std::min(bins - 1, static_cast<size_t>(value / step))];
  return counts;
}

}  // namespace

QStringList spreadFigureNames() {
  QStringList names;
  for (const char* name : {"utilisation of a slab", "live bytes of a slab",
                           "bytes of a slab that are not live", "live slices of a slab", "age of a slab"})
    names << QCoreApplication::translate("SlabSpread", name);
  return names;
}

QString inWords(SpreadFigure figure, double value) {
  const auto whole = static_cast<uint64_t>(std::llround(value));
  switch (figure) {
    case SpreadFigure::kUtilisation:
      return QString::number(100 * value, 'f', 1) + " %";
    case SpreadFigure::kSlices:
      return countText(whole);
    case SpreadFigure::kAge:
      return durationText(whole);
    default:
      return bytes(whole);
  }
}

SlabSamples samplesOf(const std::vector<analysis::SlabRow>& rows, const analysis::Instant& at,
                      bool knows_slices) {
  SlabSamples samples;
  for (size_t i = 0; i < kSpreadFigures; ++i) {
    if (!knows_slices && static_cast<SpreadFigure>(i) != SpreadFigure::kAge) continue;
    std::vector<double>& values = samples.values[i];
    values.reserve(rows.size());
    for (const analysis::SlabRow& row : rows)
      values.push_back(valueOf(row, static_cast<SpreadFigure>(i), at));
    std::sort(values.begin(), values.end());
  }
  return samples;
}

double quantileOf(const std::vector<double>& samples, double share) {
  if (samples.empty()) return 0;
  return samples[static_cast<size_t>(std::lround(share * static_cast<double>(samples.size() - 1)))];
}

Spread spreadOf(const SlabSamples& before, const SlabSamples& after, SpreadFigure figure, size_t bins) {
  double most = figure == SpreadFigure::kUtilisation ? 1 : 0;
  for (const SlabSamples* run : {&before, &after}) {
    if (!run->of(figure).empty()) most = std::max(most, run->of(figure).back());
  }
  // Whole numbers have no bins between them.
  if (figure == SpreadFigure::kSlices) bins = std::min(bins, static_cast<size_t>(most) + 1);
  const double step = std::max(most, 1e-9) / static_cast<double>(bins) * (1 + 1e-9);
  return {step, countedIn(before.of(figure), step, bins), countedIn(after.of(figure), step, bins)};
}

}  // namespace slabscope::viewer
