// SPDX-License-Identifier: Apache-2.0
// The hash of a chain of program counters, word by word.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

// Each step is a bijection of the state, so that chains that differ in one word never meet; the turn brings
// the bits that multiplication has mixed down to where the next one starts from. Five cycles a word.
class ChainHash {
 public:
  explicit ChainHash(uint64_t seed) : hash_(0x9E3779B97F4A7C15ULL ^ seed) {}

  void add(uint64_t word) {
    uint64_t mixed = (hash_ ^ word) * 0xA0761D6478BD642FULL;
    hash_ = mixed << 29 | mixed >> 35;
  }

  /// Never 0.
  uint64_t value() const {
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(hash_) * 0xE7037ED1A0B428DBULL;
    return (static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64)) | 1;
  }

 private:
  uint64_t hash_;
};

/// 64 well mixed bits of a chain.
inline uint64_t hashChain(void* const* frames, size_t count) {
  ChainHash hash(count);
  for (size_t index = 0; index < count; ++index) hash.add(reinterpret_cast<uintptr_t>(frames[index]));
  return hash.value();
}

}  // namespace slabscope::preload
