// SPDX-License-Identifier: Apache-2.0
// How a thread comes by a ring, and how the collector knows which rings to look at: hundreds that nobody has
// ever claimed would cost each of its rounds more than the events do.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "slabscope/wire/layout.h"

namespace slabscope::wire {

/// Producer's side, any thread. The ring `index` belongs to the caller from now on; false when it is not
/// free.
inline bool claimRing(void* mapping, uint32_t index) {
  std::atomic<uint32_t>& state = ringHeader(mapping, index)->state;
  auto expected = static_cast<uint32_t>(RingState::kFree);
  if (state.load(std::memory_order_relaxed) != expected ||
      !state.compare_exchange_strong(expected, static_cast<uint32_t>(RingState::kClaimed),
                                     std::memory_order_acq_rel))
    return false;
  // Before anything is written into the ring: who sees that sees this.
  std::atomic<uint32_t>& used = static_cast<ProcessHeader*>(mapping)->rings_used;
  uint32_t before = used.load(std::memory_order_relaxed);
  while (before <= index && !used.compare_exchange_weak(before, index + 1, std::memory_order_release)) {
  }
  return true;
}

/// Producer's side, any thread. The number of a ring that belongs to the caller from now on; kRingCount when
/// none is free.
inline uint32_t claimRing(void* mapping) {
  uint32_t index = 0;
  while (index < kRingCount && !claimRing(mapping, index)) ++index;
  return index;
}

/// Consumer's side. No ring from this number on was ever claimed, unless after this call. At most kRingCount,
/// whatever stands in the memory.
inline uint32_t ringsUsed(const void* mapping) {
  return std::min(kRingCount,
                  static_cast<const ProcessHeader*>(mapping)->rings_used.load(std::memory_order_acquire));
}

}  // namespace slabscope::wire
