// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps.h"

#include <algorithm>

namespace slabscope::viewer {
namespace {

struct StepChange {
  uint64_t event = 0;
  recording::Nanoseconds t = 0;
  int64_t by = 0;
};

Steps sumUp(std::vector<StepChange>& changes) {
  std::sort(changes.begin(), changes.end(),
            [](const StepChange& a, const StepChange& b) { return a.event < b.event; });
  Steps steps;
  uint64_t value = 0;
  for (const StepChange& change : changes) {
    value += static_cast<uint64_t>(change.by);
    if (!steps.empty() && steps.back().t == change.t) {
      steps.back().value = value;
    } else {
      steps.push_back({change.t, value});
    }
  }
  return steps;
}

// How many live slices cover each piece of a slab; a piece counts while any does.
class Coverage {
 public:
  Coverage(const analysis::Lifetimes& lives, const analysis::SlabLife& slab) {
    for (const analysis::SliceLife* slice = lives.begin(slab); slice != lives.end(slab); ++slice) {
      const uint64_t begin = std::min(slice->offset, slab.size);
      const uint64_t end = std::min(slice->offset + slice->length, slab.size);
      if (begin == end) continue;
      borders_.push_back(begin);
      borders_.push_back(end);
      turns_.push_back({slice->life.born_event, slice->life.born, begin, end, 1});
      if (slice->life.hasDied()) turns_.push_back({slice->life.died_event, slice->life.died, begin, end, -1});
    }
    std::sort(borders_.begin(), borders_.end());
    borders_.erase(std::unique(borders_.begin(), borders_.end()), borders_.end());
    std::stable_sort(turns_.begin(), turns_.end(),
                     [](const Turn& a, const Turn& b) { return a.event < b.event; });
  }

  void tell(std::vector<StepChange>& changes) const {
    std::vector<int32_t> covering(borders_.size());
    for (const Turn& turn : turns_) {
      int64_t by = 0;
      for (size_t piece = pieceAt(turn.begin); borders_[piece] < turn.end; ++piece) {
        const bool was = covering[piece] > 0;
        covering[piece] += turn.slices;
        const bool is = covering[piece] > 0;
        const auto bytes = static_cast<int64_t>(borders_[piece + 1] - borders_[piece]);
        if (was != is) by += is ? bytes : -bytes;
      }
      if (by != 0) changes.push_back({turn.event, turn.t, by});
    }
  }

 private:
  struct Turn {
    uint64_t event;
    recording::Nanoseconds t;
    uint64_t begin;
    uint64_t end;
    int32_t slices;
  };

  size_t pieceAt(uint64_t offset) const {
    return static_cast<size_t>(std::lower_bound(borders_.begin(), borders_.end(), offset) - borders_.begin());
  }

  std::vector<uint64_t> borders_;
  std::vector<Turn> turns_;
};

}  // namespace

std::vector<Extent> extentsOf(const Steps& steps, recording::Nanoseconds from, recording::Nanoseconds until,
                              size_t columns) {
  std::vector<Extent> extents(columns);
  const auto before = [](recording::Nanoseconds t, const Step& step) { return t < step.t; };
  auto at = std::upper_bound(steps.begin(), steps.end(), from, before);
  uint64_t value = at == steps.begin() ? 0 : std::prev(at)->value;
  const double width = static_cast<double>(until - from) / static_cast<double>(std::max<size_t>(columns, 1));
  for (size_t column = 0; column < columns; ++column) {
    const double end = static_cast<double>(from) + width * static_cast<double>(column + 1);
    Extent& extent = extents[column];
    extent = {value, value, value};
    for (; at != steps.end() && static_cast<double>(at->t) < end; ++at) {
      value = at->value;
      extent.least = std::min(extent.least, value);
      extent.most = std::max(extent.most, value);
      extent.last = value;
    }
  }
  return extents;
}

Steps liveBytesOf(const analysis::Lifetimes& lives, const analysis::SlabLife& slab) {
  std::vector<StepChange> changes;
  Coverage(lives, slab).tell(changes);
  return sumUp(changes);
}

}  // namespace slabscope::viewer
