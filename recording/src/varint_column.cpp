// SPDX-License-Identifier: Apache-2.0
#include "varint_column.h"

#include <emmintrin.h>

#include <algorithm>

namespace slabscope::recording {
namespace {

// Every varint has one byte that says that it does not go on.
size_t countValues(std::string_view bytes) {
  constexpr uint64_t kOnePerByte = 0x0101010101010101;
  constexpr size_t kWord = sizeof(uint64_t);
  size_t count = 0;
  size_t at = 0;
  while (bytes.size() - at >= kWord) {
    // Eight counts side by side, none of which can overflow within a run.
    const size_t words = std::min<size_t>((bytes.size() - at) / kWord, 255);
    uint64_t sums = 0;
    for (size_t i = 0; i < words; ++i, at += kWord) {
      uint64_t word = 0;
      std::memcpy(&word, bytes.data() + at, kWord);
      sums += (~word >> 7) & kOnePerByte;
    }
    const uint64_t pairs = (sums & 0x00FF00FF00FF00FF) + ((sums >> 8) & 0x00FF00FF00FF00FF);
    count += (pairs * 0x0001000100010001) >> 48;
  }
  for (; at < bytes.size(); ++at) count += static_cast<unsigned char>(bytes[at]) < 0x80 ? 1 : 0;
  return count;
}

using Bytes = const unsigned char*;

// Of each of 64 bytes whether it ends a varint.
uint64_t endsFrom(Bytes at) {
  uint64_t continued = 0;
  for (size_t part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * part));
    continued |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(bytes))) << (16 * part);
  }
  return ~continued;
}

// Of up to eight bytes. No branch depends on how many: lengths change from value to value.
uint64_t shortValue(Bytes at, unsigned length) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  word &= ~uint64_t{0} >> (64 - 8 * length);
  word = (word & 0x007F007F007F007F) | ((word & 0x7F007F007F007F00) >> 1);
  word = (word & 0x00003FFF00003FFF) | ((word & 0x3FFF00003FFF0000) >> 2);
  return (word & 0x000000000FFFFFFF) | ((word & 0x0FFFFFFF00000000) >> 4);
}

// Of one byte or two, as most values are.
uint64_t tinyValue(Bytes at, unsigned length) {
  const uint64_t second = (uint64_t{at[1]} << 7) & (uint64_t{1} - length);
  return (at[0] & 0x7FU) | second;
}

// Of nine bytes and more. What is beyond 64 bits is lost, as protobuf does it; a value ends where its varint
// does, however long that is.
uint64_t longValue(Bytes& at) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const unsigned char byte = *at++;
    if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}

// Decodes the values that end within 64 bytes, but no more than `count`, and tells how many there were. To
// know all ends before the first value is what makes it fast: the processor works on several values at a
// time.
template <uint64_t kValue(Bytes, unsigned)>
size_t decodeEnded(Bytes& at, uint64_t ends, uint64_t* values, size_t count) {
  unsigned begin = 0;
  size_t taken = 0;
  for (; ends != 0 && taken < count; ++taken) {
    const auto behind = static_cast<unsigned>(std::countr_zero(ends)) + 1;
    ends &= ends - 1;
    values[taken] = kValue(at + begin, behind - begin);
    begin = behind;
  }
  at += begin;
  return taken;
}

size_t decodeSome(Bytes& at, uint64_t* values, size_t count) {
  constexpr size_t kWindow = 64;
  const uint64_t ends = endsFrom(at);
  const uint64_t continued = ~ends;
  if (continued == 0 && count >= kWindow) {
    for (size_t i = 0; i < kWindow; ++i) values[i] = at[i];
    at += kWindow;
    return kWindow;
  }
  const uint64_t two = continued & (continued >> 1);
  if (two == 0) return decodeEnded<tinyValue>(at, ends, values, count);
  const uint64_t four = two & (two >> 2);
  if ((four & (four >> 4)) == 0) return decodeEnded<shortValue>(at, ends, values, count);
  values[0] = longValue(at);
  return 1;
}

Bytes decode(Bytes at, uint64_t* values, size_t count) {
  while (count > 0) {
    const size_t taken = decodeSome(at, values, count);
    values += taken;
    count -= taken;
  }
  return at;
}

}  // namespace

void VarintColumn::append(std::string_view piece) {
  if (piece.empty()) return;
  if (bytes_.empty()) {
    bytes_ = piece;
    return;
  }
  if (bytes_.data() != joined_.data()) joined_.assign(bytes_);
  joined_.resize(bytes_.size());
  joined_.append(piece);
  const size_t size = joined_.size();
  joined_.resize(size + kReadAhead);
  bytes_ = std::string_view(joined_.data(), size);
}

bool VarintColumn::begin(size_t count) {
  at_ = reinterpret_cast<const unsigned char*>(bytes_.data());
  left_ = count;
  taken_ = ready_ = 0;
  if (count == 0) return true;
  if (count > bytes_.size()) return false;
  return (static_cast<unsigned char>(bytes_.back()) & 0x80) == 0 && countValues(bytes_) >= count;
}

void VarintColumn::refill() {
  const size_t wanted = std::min(left_, values_.size());
  at_ = decode(at_, values_.data(), wanted);
  left_ -= wanted;
  taken_ = 0;
  ready_ = static_cast<uint32_t>(wanted);
}

void VarintColumn::take(uint64_t* values, size_t count) {
  at_ = decode(at_, values, count);
  left_ -= count;
}

}  // namespace slabscope::recording
