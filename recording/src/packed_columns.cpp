// SPDX-License-Identifier: Apache-2.0
#include "packed_columns.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <bit>
#include <cstring>
#include <span>

namespace slabscope::recording {

namespace {

constexpr size_t kLongestVarint = 10;
constexpr uint64_t kFourBytes = 1 << 28;  ///< below this a varint has at most so many

// How long the next one is cannot be foreseen: written without a branch, in one piece. Returns where it ends.
inline unsigned char* putShort(unsigned char* at, uint32_t value) {
  const uint32_t bytes = (static_cast<uint32_t>(std::bit_width(value | 1)) * 9 + 64) / 64;
  const uint32_t more = 0x808080 & ((1U << 8 * (bytes - 1)) - 1);
  uint32_t varint =
      (value & 0x7f) | (value & 0x3f80) << 1 | (value & 0x1fc000) << 2 | (value >> 21) << 24 | more;
  if constexpr (std::endian::native == std::endian::big) varint = __builtin_bswap32(varint);
  std::memcpy(at, &varint, sizeof varint);
  return at + bytes;
}

unsigned char* putLong(unsigned char* at, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = static_cast<unsigned char>(value | 0x80);
  *at++ = static_cast<unsigned char>(value);
  return at;
}

}  // namespace

void PackedColumn::pack() {
  if (waiting_count_ == 0) return;
  if (room_.size() - used_ < waiting_.size() * kLongestVarint)
    room_.resize(2 * (room_.size() + waiting_.size() * kLongestVarint));
  unsigned char* at = room_.data() + used_;
  // Over all of them, old ones too: several at a time.
  uint64_t bits = 0;
  for (const uint64_t value : waiting_) bits |= value;
  if (bits < 0x80) {
    for (size_t index = 0; index < waiting_.size(); ++index)
      at[index] = static_cast<unsigned char>(waiting_[index]);
    at += waiting_count_;
  } else {
    for (const uint64_t value : std::span(waiting_.data(), waiting_count_))
      at = value < kFourBytes ? putShort(at, static_cast<uint32_t>(value)) : putLong(at, value);
  }
  used_ = static_cast<size_t>(at - room_.data());
  waiting_count_ = 0;
}

void appendField(std::string& message, int field, std::string_view value) {
  using google::protobuf::internal::WireFormatLite;
  using google::protobuf::io::CodedOutputStream;
  if (value.empty()) return;
  std::array<uint8_t, 20> head{};
  uint8_t* end = CodedOutputStream::WriteVarint32ToArray(
      WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), head.data());
  end = CodedOutputStream::WriteVarint64ToArray(value.size(), end);
  message.append(reinterpret_cast<const char*>(head.data()), static_cast<size_t>(end - head.data()));
  message.append(value);
}

}  // namespace slabscope::recording
