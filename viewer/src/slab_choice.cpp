// SPDX-License-Identifier: GPL-3.0-or-later
#include "slab_choice.h"

#include <algorithm>

#include "slabscope/analysis/slabs.h"

namespace slabscope::viewer {

uint64_t liveBytes(const analysis::Lifetimes& lives, const analysis::SlabLife& slab,
                   const analysis::Instant& at) {
  std::vector<analysis::RangeOfBytes> ranges;
  for (const analysis::SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
    if (slice->life.aliveAt(at))
      ranges.push_back(analysis::within({slice->offset, slice->offset + slice->length}, slab.size));
  }
  return analysis::unionOf(ranges);
}

const analysis::SlabLife* costliestSlab(const analysis::Lifetimes& lives, const analysis::Instant& at) {
  const analysis::SlabLife* worst = nullptr;
  double most = -1;
  for (const analysis::SlabLife& slab : lives.slabs) {
    if (!slab.life.aliveAt(at)) continue;
    const double age = static_cast<double>(at.t - slab.life.born) + 1;
    // However little of it lives: most slabs need no closer look.
    if (static_cast<double>(slab.size) * age <= most) continue;
    const double cost = static_cast<double>(slab.size - liveBytes(lives, slab, at)) * age;
    if (cost <= most) continue;
    worst = &slab;
    most = cost;
  }
  return worst;
}

}  // namespace slabscope::viewer
