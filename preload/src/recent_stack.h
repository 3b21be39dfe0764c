// SPDX-License-Identifier: Apache-2.0
// A stack that was walked, as the words of memory that the walk went by. The walk goes from word to word, and
// each waits for the one before; whether all are still the same can be asked of all at once.
#pragma once

#include <cstddef>
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
      const Group& group = groups_[first / kGroup];
#pragma GCC unroll 4
      for (uint32_t index = 0; index < kGroup; ++index)
        difference |= valueOf(innermost, group.pairs[index]) ^ group.values[index];
    }
    return difference == 0;
  }
  /// Whether `found` is what was last expected here: only a stack that was met twice is worth remembering,
  /// where it is not too deep.
  bool isExpected(uint32_t found) const {
    return found == expected_ && found != too_deep_;
  }
  void expect(uint32_t found) {
    expected_ = found;
  }

  /// From now on it is the stack at `innermost`, until add() has no more room: then it is none.
  void begin(uintptr_t innermost, uint32_t epoch) {
    innermost_ = innermost;
    epoch_ = epoch;
    count_ = 0;
  }
  /// Two words, or one and the same, of which none lies beneath `innermost`.
  void add(uintptr_t first, uintptr_t second) {
    const uintptr_t words[] = {(first - innermost_) / sizeof(uintptr_t),
                               (second - innermost_) / sizeof(uintptr_t)};
    if (count_ == kPairs || words[0] > UINT16_MAX || words[1] > UINT16_MAX) {
      innermost_ = 0;
      count_ = 0;
      too_deep_ = expected_;
    }
    if (innermost_ == 0) return;
    const Pair pair{static_cast<uint16_t>(words[0]), static_cast<uint16_t>(words[1])};
    Group& group = groups_[count_ / kGroup];
    for (uint32_t index = count_++ % kGroup; index < kGroup; ++index) {
      group.pairs[index] = pair;
      group.values[index] = valueOf(innermost_, pair);
    }
  }

  /// Begins to bring into the cache what isAt() reads.
  void prefetch() const {
    constexpr size_t kLines = 6;  // as far as most stacks reach
    const char* line = reinterpret_cast<const char*>(this);
#pragma GCC unroll 6
    for (size_t index = 0; index < kLines; ++index) __builtin_prefetch(line + index * kLineBytes);
  }

 private:
  static constexpr uint32_t kPairs = 64;
  /// Pairs are compared so many at a time: what is left of the last group has its last pair again.
  static constexpr uint32_t kGroup = 4;
  static constexpr size_t kLineBytes = 64;
  static_assert(kPairs % kGroup == 0);

  /// Counted from `innermost` on.
  struct Pair {
    uint16_t first;
    uint16_t second;
  };
  struct Group {
    Pair pairs[kGroup];
    uint64_t values[kGroup];
  };

  /// Of both words, in half the memory: the product spreads the second over all bits, so that no small
  /// change of the first makes up for one of the second.
  static uint64_t valueOf(uintptr_t innermost, Pair pair) {
    const auto* words = reinterpret_cast<const uintptr_t*>(innermost);
    return words[pair.first] + words[pair.second] * 0x9E3779B97F4A7C15ULL;
  }

  uintptr_t innermost_;
  uint32_t epoch_;
  uint32_t expected_;
  uint32_t too_deep_;  ///< what was expected when there was no room
  uint32_t count_;
  Group groups_[kPairs / kGroup];
};

}  // namespace slabscope::preload
