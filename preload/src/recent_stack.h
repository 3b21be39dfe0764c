// SPDX-License-Identifier: Apache-2.0
// A stack that was walked, as the words of memory that the walk went by. The walk goes from word to word, and
// each waits for the one before; whether all are still the same can be asked of all at once.
#pragma once

#include <cstdint>

namespace slabscope::preload {

/// Zeroed memory holds none.
class RecentStack {
 public:
  /// Whether the stack that begins at `innermost`, a frame of the calling thread, is this one.
  bool isAt(uintptr_t innermost, uint32_t epoch) const {
    if (innermost != innermost_ || epoch != epoch_) return false;
    uint64_t difference = 0;
    for (uint32_t first = 0; first < count_; first += kGroup) {
#pragma GCC unroll 8
      for (uint32_t index = first; index < first + kGroup; ++index)
        difference |= *reinterpret_cast<const uintptr_t*>(innermost + offsets_[index]) ^ values_[index];
    }
    return difference == 0;
  }
  /// Whether the same was found here the last time: only such a stack is worth remembering, where it is not
  /// too deep.
  bool isAgain(uint32_t found) {
    bool again = found == last_found_;
    last_found_ = found;
    return again && found != too_deep_;
  }

  /// From now on it is the stack at `innermost`, until add() has no more room: then it is none.
  void begin(uintptr_t innermost, uint32_t epoch) {
    innermost_ = innermost;
    epoch_ = epoch;
    count_ = 0;
  }
  void add(uintptr_t at) {
    if (count_ == kWords || at - innermost_ > UINT32_MAX) {
      innermost_ = 0;
      count_ = 0;
      too_deep_ = last_found_;
    }
    if (innermost_ == 0) return;
    const uint32_t end = count_ / kGroup * kGroup + kGroup;
    for (uint32_t index = count_++; index < end; ++index) {
      offsets_[index] = static_cast<uint32_t>(at - innermost_);
      values_[index] = *reinterpret_cast<const uintptr_t*>(at);
    }
  }

 private:
  static constexpr uint32_t kWords = 128;
  /// Words are compared so many at a time: what is left of the last group has its last word again.
  static constexpr uint32_t kGroup = 8;
  static_assert(kWords % kGroup == 0);

  uintptr_t innermost_;
  uint32_t epoch_;
  uint32_t last_found_;
  uint32_t too_deep_;  ///< what was found when there was no room
  uint32_t count_;
  uint32_t offsets_[kWords];
  uintptr_t values_[kWords];
};

}  // namespace slabscope::preload
