// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps.h"

#include <algorithm>

#include "slabscope/analysis/slab_usage.h"

namespace slabscope::viewer {

std::vector<uint64_t> mostIn(const Steps& steps, recording::Nanoseconds from, recording::Nanoseconds until,
                             size_t columns) {
  std::vector<uint64_t> most(columns);
  const auto before = [](recording::Nanoseconds t, const Step& step) { return t < step.t; };
  auto at = std::upper_bound(steps.begin(), steps.end(), from, before);
  uint64_t value = at == steps.begin() ? 0 : std::prev(at)->value;
  const double width = static_cast<double>(until - from) / static_cast<double>(std::max<size_t>(columns, 1));
  for (size_t column = 0; column < columns; ++column) {
    const double end = static_cast<double>(from) + width * static_cast<double>(column + 1);
    most[column] = value;
    for (; at != steps.end() && static_cast<double>(at->t) < end; ++at) {
      value = at->value;
      most[column] = std::max(most[column], value);
    }
  }
  return most;
}

Steps liveBytesOf(const analysis::Lifetimes& lives, const analysis::SlabLife& slab) {
  Steps steps;
  uint64_t value = 0;
  analysis::forEachLiveChange(lives, slab, {}, [&](const analysis::UsageChange& change) {
    value += static_cast<uint64_t>(change.bytes);
    if (!steps.empty() && steps.back().t == change.t) {
      steps.back().value = value;
    } else {
      steps.push_back({change.t, value});
    }
  });
  return steps;
}

}  // namespace slabscope::viewer
