// SPDX-License-Identifier: Apache-2.0
// An instant of a recording. A time alone does not name one: many events can carry the same nanosecond, and
// the peak lies between two of them.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {

struct Instant {
  static constexpr uint64_t kEverythingAtT = std::numeric_limits<uint64_t>::max();

  recording::Nanoseconds t = 0;
  /// At most so many of the recording's events, counted from its start, have happened.
  uint64_t events = kEverythingAtT;

  /// Whether the event number `index` (from 0) with the time `event_t` has happened by now.
  bool includes(uint64_t index, recording::Nanoseconds event_t) const {
    return index < events && event_t <= t;
  }
  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
};

/// An instant and what the user calls it: "peak", "end", a mark's name, or seconds.
struct NamedInstant {
  std::string name;
  Instant instant;
};

}  // namespace slabscope::analysis
