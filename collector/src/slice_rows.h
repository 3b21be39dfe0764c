// SPDX-License-Identifier: Apache-2.0
// Where the slices of one store begin and end, side by side: what holds a place among a few of them is found
// by a look at some lines of memory, while each slice itself would be one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "live_slots.h"

namespace slabscope::collector {

class SliceRows {
 public:
  static constexpr size_t kRows = 32;

  /// Whether a slice that ends there can be in a row.
  static bool canHold(uint64_t end) { return end < kMostBytes; }
  bool isFull() const { return used_ == kRows; }
  /// Rows whose slice is alive.
  size_t count() const { return alive_; }

  /// The slice must be younger than all here, and there be room for it. Returns its row, which is its own
  /// until it is removed or the rows are tidied.
  uint8_t add(Slot slot, uint64_t offset, uint64_t length) {
    begins_[used_] = static_cast<int32_t>(offset);
    ends_[used_] = static_cast<int32_t>(offset + length);
    ranks_[used_] = rankOf(static_cast<int32_t>(length), used_);
    slots_[used_] = slot;
    ++alive_;
    return static_cast<uint8_t>(used_++);
  }
  void remove(uint8_t row) {
    begins_[row] = kNowhere;
    if (--alive_ == 0) used_ = 0;
  }
  /// Makes room of what has died. Calls moved(slot, row) for each that has another row now.
  template <class Moved>
  void tidy(Moved&& moved) {
    size_t kept = 0;
    for (size_t row = 0; row < used_; ++row) {
      if (begins_[row] == kNowhere) continue;
      const int32_t begin = std::exchange(begins_[row], kNowhere);
      begins_[kept] = begin;
      ends_[kept] = ends_[row];
      ranks_[kept] = rankOf(ends_[row] - begin, kept);
      slots_[kept] = slots_[row];
      if (kept != row) moved(slots_[kept], static_cast<uint8_t>(kept));
      ++kept;
    }
    used_ = kept;
  }

  /// The smallest slice that holds all of [offset, offset + length), the youngest of equals; 0 when none
  /// does.
  Slot smallestAround(uint64_t offset, uint64_t length) const {
    if (!canHold(offset + length)) return 0;
    const auto begin = static_cast<int32_t>(offset);
    const auto end = static_cast<int32_t>(offset + length);
    int32_t best = kNowhere;
    // All rows and no branch: which of them hold the place is not to be foreseen.
    for (size_t row = 0; row < kRows; ++row) {
      const int32_t outside =
          static_cast<int32_t>(begins_[row] > begin) | static_cast<int32_t>(ends_[row] < end);
      best = std::min(best, ranks_[row] | (-outside & kNowhere));
    }
    return best != kNowhere ? slots_[kRows - 1 - static_cast<size_t>(best) % kRows] : 0;
  }

 private:
  static constexpr uint64_t kMostBytes = uint64_t{1} << 26;
  static constexpr int32_t kNowhere = std::numeric_limits<int32_t>::max();  ///< as a begin: holds nothing

  /// The lower, the smaller; of equals, the younger.
  static int32_t rankOf(int32_t length, size_t row) {
    return length * static_cast<int32_t>(kRows) + static_cast<int32_t>(kRows - 1 - row);
  }
  static constexpr std::array<int32_t, kRows> nowhere() {
    std::array<int32_t, kRows> begins{};
    begins.fill(kNowhere);
    return begins;
  }

  std::array<int32_t, kRows> begins_ = nowhere();  ///< by age; kNowhere where no slice is
  std::array<int32_t, kRows> ends_{};
  std::array<int32_t, kRows> ranks_{};
  std::array<Slot, kRows> slots_{};
  size_t used_ = 0;
  size_t alive_ = 0;
};

}  // namespace slabscope::collector
