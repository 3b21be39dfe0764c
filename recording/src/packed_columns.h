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
    if (waiting_count_ == waiting_.size()) pack();
    waiting_[waiting_count_++] = value;
  }
  /// Of a column of sint64.
  void addSigned(int64_t value) {
    add((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }

  /// Valid until the next call of anything.
  std::string_view bytes() {
    pack();
    return {reinterpret_cast<const char*>(room_.data()), used_};
  }
  /// The memory is kept.
  void clear() { used_ = waiting_count_ = 0; }

 private:
  void pack();

  std::vector<unsigned char> room_;
  size_t used_ = 0;
  // Packed in a row, while the processor has the place in a register: who fills several columns in turn has
  // not.
  size_t waiting_count_ = 0;
  std::array<uint64_t, 64> waiting_{};
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
  void appendTo(std::string& message, int field) {
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
