// SPDX-License-Identifier: Apache-2.0
// The columns of a batch while it is filled, each in the form that it will have in the file: a packed field
// of varints. Kept as lists of numbers, a batch would be written, measured and written once more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace slabscope::recording {

class PackedColumn {
 public:
  void add(uint64_t value) {
    if (room_.size() - used_ < kLongestVarint) grow();
    unsigned char* at = room_.data() + used_;
    while (value >= 0x80) {
      *at++ = static_cast<unsigned char>(value | 0x80);
      value >>= 7;
    }
    *at++ = static_cast<unsigned char>(value);
    used_ = static_cast<size_t>(at - room_.data());
  }
  /// Of a column of sint64.
  void addSigned(int64_t value) {
    add((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }

  std::string_view bytes() const { return {reinterpret_cast<const char*>(room_.data()), used_}; }
  /// The memory is kept.
  void clear() { used_ = 0; }

 private:
  static constexpr size_t kLongestVarint = 10;

  void grow() { room_.resize(room_.empty() ? 64 : 2 * room_.size()); }

  std::vector<unsigned char> room_;
  size_t used_ = 0;
};

/// Appends a field of bytes, a string, a packed field or a message to the message that `message` holds;
/// nothing where it has no value.
void appendField(std::string& message, int field, std::string_view value);

/// The columns of one kind of events, by their field numbers from 1 on.
template <size_t kFields>
class PackedColumns {
 public:
  /// A value for each of the first fields. What is an int64_t is of a column of sint64.
  template <class... Values>
  void add(Values... values) {
    static_assert(sizeof...(Values) <= kFields);
    PackedColumn* column = columns_.data();
    (addTo(*column++, values), ...);
  }
  PackedColumn& operator[](int field) { return columns_[static_cast<size_t>(field) - 1]; }

  void clear() {
    for (PackedColumn& column : columns_) column.clear();
  }

  /// As the field `field` of a message.
  void appendTo(std::string& message, int field) const {
    std::string columns;
    for (size_t index = 0; index < kFields; ++index)
      appendField(columns, static_cast<int>(index) + 1, columns_[index].bytes());
    appendField(message, field, columns);
  }

 private:
  template <class Value>
  static void addTo(PackedColumn& column, Value value) {
    if constexpr (std::is_same_v<Value, int64_t>) {
      column.addSigned(value);
    } else {
      column.add(static_cast<uint64_t>(value));
    }
  }

  std::array<PackedColumn, kFields> columns_;
};

}  // namespace slabscope::recording
