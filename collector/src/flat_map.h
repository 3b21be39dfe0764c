// SPDX-License-Identifier: Apache-2.0
// A hash table from non-zero 64-bit keys to small values: one array, linear probing, at most three quarters
// full. A live store or slice costs its entry here and nothing else: std::unordered_map would add a node and
// two pointers.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace slabscope::collector {

template <class Value>
class FlatMap {
 public:
  /// nullptr when the key is not there. Valid until the next call that is not const.
  const Value* find(uint64_t key) const {
    if (slots_.empty()) return nullptr;
    for (size_t at = home(key);; at = next(at)) {
      if (slots_[at].key == key) return &slots_[at].value;
      if (slots_[at].key == 0) return nullptr;
    }
  }

  /// `key` must not be 0. Its value, which is a new one where the key is not there. Valid as for find().
  Value& operator[](uint64_t key) {
    if (4 * (size_ + 1) > 3 * slots_.size()) grow();
    size_t at = home(key);
    while (slots_[at].key != 0 && slots_[at].key != key) at = next(at);
    if (slots_[at].key == 0) {
      ++size_;
      slots_[at] = {key, Value{}};
    }
    return slots_[at].value;
  }
  /// Replaces the value of a key that is there.
  void set(uint64_t key, Value value) { (*this)[key] = value; }

  void erase(uint64_t key) {
    if (slots_.empty()) return;
    size_t hole = home(key);
    while (slots_[hole].key != key) {
      if (slots_[hole].key == 0) return;
      hole = next(hole);
    }
    --size_;
    // What probed past the hole moves back into it, so that no search ends too early.
    for (size_t at = next(hole); slots_[at].key != 0; at = next(at)) {
      size_t wanted = home(slots_[at].key);
      if (((at - wanted) & mask()) < ((at - hole) & mask())) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole].key = 0;
  }

  size_t size() const { return size_; }

 private:
  struct Slot {
    uint64_t key = 0;
    Value value{};
  };

  size_t mask() const { return slots_.size() - 1; }
  size_t next(size_t at) const { return (at + 1) & mask(); }
  // Fibonacci hashing, which spreads what runs on or comes in equal steps evenly, of the key without its last
  // two bits: neighbours share a cache line, and ids are used in the order of their numbers.
  size_t home(uint64_t key) const {
    auto line = static_cast<size_t>(((key >> 2) * 0x9E3779B97F4A7C15ULL) >> shift_) & ~size_t{3};
    return line + (key & 3);
  }

  void grow() {
    std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.empty() ? 64 : slots_.size() * 2));
    shift_ = 64 - std::countr_zero(slots_.size());
    size_ = 0;
    for (const Slot& slot : old) {
      if (slot.key != 0) set(slot.key, slot.value);
    }
  }

  std::vector<Slot> slots_;
  size_t size_ = 0;
  int shift_ = 0;
};

}  // namespace slabscope::collector
