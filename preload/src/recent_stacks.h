// SPDX-License-Identifier: Apache-2.0
// The stacks that a thread has met of late, each with what was found out about it.
#pragma once

#include <cstdint>

#include "recent_stack.h"

namespace slabscope::preload {

/// Zeroed memory holds none. `Value` is plain. Where a stack is kept follows from its place, a number that
/// whoever walks stacks gives it; several can be kept at one place, so that they do not drive each other out.
template <class Value, uint32_t kPlaceBits>
class RecentStacks {
 public:
  static constexpr uint32_t kPlaces = 1U << kPlaceBits;
  static constexpr uint32_t kWays = 4;
  static constexpr uint32_t kNone = kPlaces * kWays;

  struct alignas(64) Recent {
    Value value;
    RecentStack stack;
  };

  /// The number of the stack that begins at `innermost`, or kNone.
  uint32_t find(uint32_t place, uintptr_t innermost, uint32_t epoch) const {
    for (uint32_t index = place * kWays; index < (place + 1) * kWays; ++index)
      if (recent_[index].stack.isAt(innermost, epoch)) return index;
    return kNone;
  }
  const Recent& operator[](uint32_t index) const { return recent_[index]; }

  /// Where to keep a stack that had to be walked, `id`; nullptr when it is met for the first time: only what
  /// comes again is worth it.
  Recent* roomFor(uint32_t place, uint32_t id) {
    for (uint32_t index = place * kWays; index < (place + 1) * kWays; ++index)
      if (recent_[index].stack.isExpected(id)) return &recent_[index];
    recent_[place * kWays + comers_[place]++ % kWays].stack.expect(id);
    return nullptr;
  }

 private:
  uint8_t comers_[kPlaces];  ///< how many have come to the place for the first time
  Recent recent_[kPlaces * kWays];
};

}  // namespace slabscope::preload
