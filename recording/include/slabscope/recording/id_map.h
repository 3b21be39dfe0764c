// SPDX-License-Identifier: Apache-2.0
// A hash table from the ids of a recording to values. Ids come and go by the million while a recording is
// replayed: open addressing keeps them in one block of memory, and removal closes the gap instead of leaving
// a tombstone, so that the table stays as large as what is alive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace slabscope::recording {

template <class Id, class Value>
class IdMap {
 public:
  size_t size() const { return size_; }

  /// `id` must not be 0. Returns the value's place, valid until the next change of the table. An id that is
  /// there already gets the new value.
  Value& put(Id id, Value value) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    size_t at = home(id);
    while (slots_[at].id && slots_[at].id != id) at = next(at);
    if (!slots_[at].id) ++size_;
    slots_[at] = {id, std::move(value)};
    return slots_[at].value;
  }

  /// Null when it is not there. The pointer is valid until the next change of the table.
  Value* find(Id id) { return const_cast<Value*>(std::as_const(*this).find(id)); }
  const Value* find(Id id) const {
    if (slots_.empty() || !id) return nullptr;
    for (size_t at = home(id); slots_[at].id; at = next(at)) {
      if (slots_[at].id == id) return &slots_[at].value;
    }
    return nullptr;
  }

  bool erase(Id id) {
    if (slots_.empty() || !id) return false;
    size_t gap = home(id);
    while (slots_[gap].id != id) {
      if (!slots_[gap].id) return false;
      gap = next(gap);
    }
    // Move back whatever could not be found any more across the gap.
    for (size_t at = next(gap); slots_[at].id; at = next(at)) {
      const size_t mask = slots_.size() - 1;
      if (((at - home(slots_[at].id)) & mask) >= ((at - gap) & mask)) {
        slots_[gap] = std::move(slots_[at]);
        gap = at;
      }
    }
    slots_[gap] = {};
    --size_;
    return true;
  }

  /// Calls visit(id, value) for each, in no order. The table must not change meanwhile.
  template <class Visit>
  void forEach(Visit&& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.id) visit(slot.id, slot.value);
    }
  }

 private:
  struct Slot {
    Id id{};
    Value value{};
  };

  size_t next(size_t at) const { return (at + 1) & (slots_.size() - 1); }
  // Fibonacci hashing: ids are consecutive, and so would be the clusters if they were used as they are.
  size_t home(Id id) const { return static_cast<size_t>((id.value * 0x9E3779B97F4A7C15ULL) >> shift_); }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    shift_ = slots_.empty() ? 60 : shift_ - 1;
    old.swap(slots_);
    size_ = 0;
    for (Slot& slot : old) {
      if (slot.id) put(slot.id, std::move(slot.value));
    }
  }

  std::vector<Slot> slots_;
  size_t size_ = 0;
  int shift_ = 64;  // 64 - log2 of the number of slots
};

}  // namespace slabscope::recording
