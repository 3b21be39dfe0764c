// SPDX-License-Identifier: Apache-2.0
#include "byte_map.h"

#include <algorithm>
#include <bit>

namespace slabscope::analysis {
namespace {

constexpr uint64_t kBits = 64;

RangeOfBytes watched(RangeOfBytes range) {
  return {std::min(range.begin, ByteMap::kWatched), std::min(range.end, ByteMap::kWatched)};
}

// Calls visit(index of a word, the bits of it that are in the range).
template <class Visit>
void forEachWord(RangeOfBytes range, Visit&& visit) {
  for (uint64_t at = range.begin; at < range.end;) {
    const uint64_t word = at / kBits;
    const uint64_t until = std::min(range.end, (word + 1) * kBits);
    const uint64_t width = until - at;
    const uint64_t bits = width == kBits ? ~uint64_t{0} : ((uint64_t{1} << width) - 1) << (at % kBits);
    visit(static_cast<size_t>(word), bits);
    at = until;
  }
}

}  // namespace

uint64_t ByteMap::set(RangeOfBytes range) {
  range = watched(range);
  if (range.begin >= range.end) return 0;
  const auto words = static_cast<size_t>((range.end + kBits - 1) / kBits);
  if (words_.size() < words) words_.resize(words);
  uint64_t fresh = 0;
  forEachWord(range, [&](size_t word, uint64_t bits) {
    fresh += static_cast<uint64_t>(std::popcount(bits & ~words_[word]));
    words_[word] |= bits;
  });
  return fresh;
}

uint64_t ByteMap::clear(RangeOfBytes range) {
  range = watched(range);
  range.end = std::min(range.end, words_.size() * kBits);
  uint64_t cleared = 0;
  forEachWord(range, [&](size_t word, uint64_t bits) {
    cleared += static_cast<uint64_t>(std::popcount(bits & words_[word]));
    words_[word] &= ~bits;
  });
  return cleared;
}

uint64_t ByteMap::count(RangeOfBytes range) const {
  range = watched(range);
  range.end = std::min(range.end, words_.size() * kBits);
  uint64_t set = 0;
  forEachWord(range, [&](size_t word, uint64_t bits) {
    set += static_cast<uint64_t>(std::popcount(bits & words_[word]));
  });
  return set;
}

}  // namespace slabscope::analysis
