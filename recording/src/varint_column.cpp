// SPDX-License-Identifier: Apache-2.0
#include "varint_column.h"

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

inline uint64_t VarintColumn::decodeOne() {
  uint64_t word = 0;
  std::memcpy(&word, at_, sizeof word);
  const uint64_t stops = ~word & kContinues;
  if (stops == 0) return decodeLong();
  at_ += (std::countr_zero(stops) + 1) / 8;
  // Of the word what belongs to the value, without the bits that say whether it goes on. No branch depends on
  // how long it is: lengths change from value to value.
  word &= stops ^ (stops - 1);
  word = (word & 0x007F007F007F007F) | ((word & 0x7F007F007F007F00) >> 1);
  word = (word & 0x00003FFF00003FFF) | ((word & 0x3FFF00003FFF0000) >> 2);
  return (word & 0x000000000FFFFFFF) | ((word & 0x0FFFFFFF00000000) >> 4);
}

void VarintColumn::refill() {
  constexpr size_t kWord = sizeof(uint64_t);
  const size_t wanted = std::min(left_, values_.size());
  size_t ready = 0;
  while (ready < wanted) {
    uint64_t word = 0;
    std::memcpy(&word, at_, kWord);
    if ((word & kContinues) != 0 || wanted - ready < kWord) {
      values_[ready++] = decodeOne();
      continue;
    }
    // Columns of which nearly all values are small come by eight.
    for (size_t i = 0; i < kWord; ++i) values_[ready + i] = (word >> (8 * i)) & 0xFF;
    ready += kWord;
    at_ += kWord;
  }
  left_ -= wanted;
  taken_ = 0;
  ready_ = static_cast<uint32_t>(wanted);
}

// Of nine bytes and more. What is beyond 64 bits is lost, as protobuf does it; a value ends where its varint
// does, however long that is.
uint64_t VarintColumn::decodeLong() {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const unsigned char byte = *at_++;
    if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}

}  // namespace slabscope::recording
