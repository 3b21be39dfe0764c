// SPDX-License-Identifier: Apache-2.0
// One column of a batch, read where it lies: the varints of a packed field, end to end. Parsed into a list
// first, a batch would be written and read once more, which is most of what reading it costs.
#pragma once

#include <array>
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
  static constexpr size_t kReadAhead = 64;

  void clear() { bytes_ = {}; }
  bool empty() const { return bytes_.empty(); }
  /// A piece of the column: whole varints, unless the file is damaged. Most columns are one piece, which must
  /// live as long as this is read.
  void append(std::string_view piece);
  /// Starts at the first value. Whether there are at least `count`, all whole: then next() may be called so
  /// often.
  bool begin(size_t count);

  /// The next `count` values, and in another form: for columns of which there is much. Not to be mixed with
  /// next().
  void take(uint64_t* values, size_t count);

  /// Whether it is `count` times the same byte, each of which is a value.
  bool isOfOneByte(size_t count) const {
    return bytes_.size() == count && count != 0 && firstByte() < 0x80 &&
           std::memcmp(bytes_.data(), bytes_.data() + 1, count - 1) == 0;
  }
  unsigned char firstByte() const { return static_cast<unsigned char>(bytes_.front()); }

  /// The next value.
  uint64_t next() {
    if (taken_ == ready_) refill();
    return values_[taken_++];
  }
  /// The next value of a column of sint64.
  int64_t nextSigned() { return undoZigZag(next()); }
  static int64_t undoZigZag(uint64_t value) {
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }

 private:
  static_assert(std::endian::native == std::endian::little);

  void refill();

  std::string_view bytes_;
  std::string joined_;  // the pieces, where there is more than one
  const unsigned char* at_ = nullptr;
  size_t left_ = 0;  // values from at_ on
  // Decoded in a row, while the processor has the place in a register: who reads several columns in turn has
  // not.
  uint32_t taken_ = 0;
  uint32_t ready_ = 0;
  std::array<uint64_t, 64> values_{};
};

}  // namespace slabscope::recording
