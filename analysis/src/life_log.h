// SPDX-License-Identifier: Apache-2.0
// Records of what lived, in a few bytes each, and up to which of a list of instants.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace slabscope::analysis {

/// Each field is kept as the difference to that of the record before: records that are alike are small.
template <size_t kFields>
class LifeLog {
 public:
  using Record = std::array<uint64_t, kFields>;
  static constexpr uint32_t kAlive = std::numeric_limits<uint32_t>::max();

  uint32_t size() const { return static_cast<uint32_t>(ends_.size()); }

  /// Returns the record's number, from 0 on. It is alive.
  uint32_t add(const Record& record) {
    for (size_t i = 0; i < kFields; ++i) putDifference(record[i] - std::exchange(last_[i], record[i]));
    ends_.push_back(kAlive);
    return size() - 1;
  }
  /// The record is of none of the instants from this number on.
  void end(uint32_t record, uint32_t instant) { ends_[record] = instant; }

  /// Calls visit(number, record, end) for the first `count`, in their order; `end` is kAlive where it has
  /// none.
  template <class Visit>
  void forEach(uint32_t count, Visit&& visit) const {
    Record record{};
    const char* at = bytes_.data();
    for (uint32_t number = 0; number < count; ++number) {
      for (uint64_t& field : record) field += takeDifference(at);
      visit(number, std::as_const(record), ends_[number]);
    }
  }

 private:
  // Small ones in either direction take little.
  void putDifference(uint64_t difference) {
    uint64_t rest = difference << 1 ^ (~(difference >> 63) + 1);
    for (; rest >= 0x80; rest >>= 7) bytes_.push_back(static_cast<char>(rest | 0x80));
    bytes_.push_back(static_cast<char>(rest));
  }
  static uint64_t takeDifference(const char*& at) {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at++);
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value >> 1 ^ (~(value & 1) + 1);
    }
  }

  std::string bytes_;
  std::vector<uint32_t> ends_;
  Record last_{};
};

}  // namespace slabscope::analysis
