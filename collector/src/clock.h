// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ctime>

namespace slabscope::collector {

inline uint64_t nanosecondsOf(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

/// The clock of the wire.
inline uint64_t monotonicNow() {
  return nanosecondsOf(CLOCK_MONOTONIC);
}
/// Since the Unix epoch.
inline uint64_t wallClockNow() {
  return nanosecondsOf(CLOCK_REALTIME);
}

inline constexpr uint64_t kMillisecond = 1'000'000;
inline constexpr uint64_t kSecond = 1'000'000'000;

}  // namespace slabscope::collector
