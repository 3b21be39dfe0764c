// SPDX-License-Identifier: Apache-2.0
#include "waypoints.h"

#include <algorithm>

namespace slabscope::analysis {

// To look for what has come to be takes time for all that is alive.
bool Waypoints::isDue(uint64_t events, size_t alive) const {
  return events - last_events_ >= std::max<uint64_t>(least_events_, alive);
}

void Waypoints::endWaypoint(const recording::Reader::Place& place) {
  waypoints_.push_back({place, stores_.size(), slices_.size()});
  last_events_ = place.position.events;
}

bool Waypoints::isTooMuch(size_t alive) {
  most_alive_ = std::max(most_alive_, alive);
  const uint64_t kept = uint64_t{stores_.size()} + slices_.size();
  return waypoints_.size() > 1 && kept > std::max(spacing_.least_kept, spacing_.most_kept * most_alive_);
}

const Waypoints::Waypoint* Waypoints::lastBefore(recording::Nanoseconds t) const {
  const auto after = std::partition_point(waypoints_.begin(), waypoints_.end(),
                                          [t](const Waypoint& one) { return one.place.defined.last_t < t; });
  return after == waypoints_.begin() ? nullptr : &*(after - 1);
}

}  // namespace slabscope::analysis
