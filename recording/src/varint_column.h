// SPDX-License-Identifier: Apache-2.0
// One column of a batch, read where it lies: the varints of a packed field, end to end. Parsed into a list
// first, a batch would be written and read once more, which is most of what reading it costs.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace slabscope::recording {

class VarintColumn {
 public:
  /// So many bytes behind a piece must be readable, whatever is in them.
  static constexpr size_t kReadAhead = 8;

  void clear() { bytes_ = {}; }
  bool empty() const { return bytes_.empty(); }
  /// A piece of the column: whole varints, unless the file is damaged. Most columns are one piece, which must
  /// live as long as this is read.
  void append(std::string_view piece);
  /// Starts at the first value. Whether there are at least `count`, all whole: then next() may be called so
  /// often.
  bool begin(size_t count);

  /// The next value.
  uint64_t next() {
    uint64_t word = 0;
    std::memcpy(&word, at_, sizeof word);
    const uint64_t stops = ~word & kContinues;
    if (stops == 0) return nextLong();
    at_ += (std::countr_zero(stops) + 1) / 8;
    // Of the word what belongs to the value, without the bits that say whether it goes on. No branch depends
    // on how long it is: lengths change from value to value.
    word &= stops ^ (stops - 1);
    word = (word & 0x007F007F007F007F) | ((word & 0x7F007F007F007F00) >> 1);
    word = (word & 0x00003FFF00003FFF) | ((word & 0x3FFF00003FFF0000) >> 2);
    return (word & 0x000000000FFFFFFF) | ((word & 0x0FFFFFFF00000000) >> 4);
  }
  /// Likewise, for a column in which nearly all values are below 128.
  uint64_t nextSmall() { return *at_ < 0x80 ? *at_++ : next(); }
  /// The next value of a column of sint64.
  int64_t nextSigned() { return undoZigZag(next()); }
  int64_t nextSmallSigned() { return undoZigZag(nextSmall()); }

 private:
  static_assert(std::endian::native == std::endian::little);
  static constexpr uint64_t kContinues = 0x8080808080808080;

  static int64_t undoZigZag(uint64_t value) {
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  uint64_t nextLong();

  std::string_view bytes_;
  std::string joined_;  // the pieces, where there is more than one
  const unsigned char* at_ = nullptr;
};

}  // namespace slabscope::recording
