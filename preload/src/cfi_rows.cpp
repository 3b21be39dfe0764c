// SPDX-License-Identifier: Apache-2.0
#include "cfi_rows.h"

#include <cstring>
#include <limits>

namespace slabscope::preload {

namespace {

template <class Narrow>
bool fits(int64_t value) {
  return value >= std::numeric_limits<Narrow>::min() && value <= std::numeric_limits<Narrow>::max();
}

uint64_t mix(uint64_t value) {
  value *= 0xA0761D6478BD642FULL;
  return value ^ value >> 32;
}

}  // namespace

bool PlainRow::read(const CfiRow& row, uint32_t return_column) {
  if (return_column != kReturnAddress || row.cfa_register >= kReturnAddress) return false;
  if (!fits<int32_t>(row.cfa_offset) || row.rules[kReturnAddress].kind != CfiRule::kAtCfa) return false;
  cfa_offset = static_cast<int32_t>(row.cfa_offset);
  cfa_register = static_cast<uint16_t>(row.cfa_register);
  uint32_t saved = 0;
  for (uint32_t number = 0; number < kRegisters; ++number) {
    const CfiRule& rule = row.rules[number];
    bool may_be_saved = saved < kCount && kSaved[saved] == number;
    if (rule.kind == CfiRule::kSame) {
      if (may_be_saved) offsets[saved] = kSame;
    } else if (may_be_saved && rule.kind == CfiRule::kAtCfa && rule.offset != kSame &&
               fits<int16_t>(rule.offset)) {
      offsets[saved] = static_cast<int16_t>(rule.offset);
    } else {
      return false;
    }
    saved += may_be_saved ? 1 : 0;
  }
  return true;
}

bool CfiRows::find(uint64_t key, PlainRow& row) const {
  for (const Entry& entry : entries_[key % kPlaces]) {
    uint64_t words[kWords];
    uint64_t mixed = entry.mixed.load(std::memory_order_relaxed);
    for (uint32_t at = 0; at < kWords; ++at) {
      words[at] = entry.words[at].load(std::memory_order_relaxed);
      mixed ^= mix(words[at] + at);
    }
    if (mixed != key) continue;
    static_assert(sizeof row <= sizeof words);
    std::memcpy(&row, words, sizeof row);
    return true;
  }
  return false;
}

CfiRows::Entry& CfiRows::roomAt(uint64_t key) {
  auto& ways = entries_[key % kPlaces];
  for (Entry& entry : ways)
    if (entry.mixed.load(std::memory_order_relaxed) == 0) return entry;
  return ways[pushed_out_.fetch_add(1, std::memory_order_relaxed) % kWays];
}

void CfiRows::keep(uint64_t key, const PlainRow& row) {
  Entry& entry = roomAt(key);
  uint64_t words[kWords] = {};
  std::memcpy(words, &row, sizeof row);
  uint64_t mixed = key;
  for (uint32_t at = 0; at < kWords; ++at) {
    mixed ^= mix(words[at] + at);
    entry.words[at].store(words[at], std::memory_order_relaxed);
  }
  entry.mixed.store(mixed, std::memory_order_relaxed);
}

}  // namespace slabscope::preload
