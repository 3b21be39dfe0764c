// SPDX-License-Identifier: Apache-2.0
// The time that events are stamped with.
#pragma once

#include <cstdint>
#include <ctime>

#include "tick_clock.h"

namespace slabscope::preload {

struct ProcessorTicks {
  static uint64_t ticks() { return __builtin_ia32_rdtsc(); }
  /// CLOCK_MONOTONIC; the vDSO answers without a system call.
  static uint64_t nanoseconds() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
  }
};
extern constinit TickClock<ProcessorTicks> process_clock;

/// Has the time told from the processor's counter where the kernel itself does that. Once, at the start.
void initialiseClock();

/// Tells whether the clock is fast, where that is news.
void tellClock();

/// CLOCK_MONOTONIC in nanoseconds.
inline uint64_t now() {
  return process_clock.now();
}

/// As now(), but of after all that has been read from memory before: a counter may be read ahead of that. A
/// time of now() is always before what is written afterwards.
inline uint64_t nowAfterReads() {
  __builtin_ia32_lfence();
  return now();
}

}  // namespace slabscope::preload
