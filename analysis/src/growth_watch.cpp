// SPDX-License-Identifier: Apache-2.0
#include "growth_watch.h"

#include <algorithm>
#include <utility>

namespace slabscope::analysis {

void GrowthWatch::take(const recording::Gc& event, const LiveSet& live) {
  if (event.isolate != kMainIsolate || event.kind != recording::GcKind::kMarkCompact) return;
  // At the first one nothing has survived another.
  if (full_collections_++ != 0 && full_collections_ % stride_ == 0)
    add(event.t, survivingBytes(live, owners_));
}

void GrowthWatch::add(recording::Nanoseconds t, const std::vector<SurvivingBytes>& survivors) {
  times_.push_back(t);
  std::map<recording::FrameId, uint64_t>& bytes = bytes_.emplace_back();
  for (const SurvivingBytes& one : survivors) bytes.emplace(one.owner, one.bytes);
}

std::vector<Growth> GrowthWatch::finish(recording::Nanoseconds t, const Holdings& now) {
  add(t, survivingBytes(now));
  std::vector<Growth> all;
  for (const auto& [owner, bytes] : bytes_.back()) {
    Growth growth;
    growth.owner = owner;
    for (size_t i = 0; i < times_.size(); ++i) {
      const auto then = bytes_[i].find(owner);
      growth.points.push_back({times_[i], then == bytes_[i].end() ? 0 : then->second});
    }
    all.push_back(std::move(growth));
  }
  std::stable_sort(all.begin(), all.end(), [](const Growth& a, const Growth& b) {
    return a.points.back().bytes > b.points.back().bytes;
  });
  return all;
}

}  // namespace slabscope::analysis
