// SPDX-License-Identifier: Apache-2.0
// When a fast way is compared with the sure one: all of the first answers, then one in a thousand, at random,
// since a program's loops have a rhythm.
#pragma once

#include <cstdint>

#include "process.h"

namespace slabscope::preload {

/// Used by one thread alone. Zeroed memory has checked nothing.
class SpotCheck {
 public:
  bool isDue() {
    if (SLABSCOPE_UNLIKELY(asked_ < kAtFirst)) {
      ++asked_;
      return true;
    }
    random_ = random_ * 1664525 + 1013904223;
    return random_ >> 16 < 65536 / kOneIn;
  }

 private:
  static constexpr uint32_t kAtFirst = 256;
  static constexpr uint32_t kOneIn = 1024;

  uint32_t asked_;
  uint32_t random_;
};

}  // namespace slabscope::preload
