// SPDX-License-Identifier: Apache-2.0
// What has been learned of chains of program counters, by hash. One table an isolate, used by its thread
// alone.
//
// A program counter keeps its meaning until code or bytecode moves or is thrown away, which V8 does only in
// full collections: invalidate() at the end of each makes the table empty by raising its epoch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "process.h"

namespace slabscope::preload {

/// Zeroed memory is an empty table. `Value` is plain.
template <class Value>
class EpochTable {
 public:
  /// nullptr when the key is not known (any more). Valid until the next insert().
  const Value* find(uint64_t key) const {
    if (SLABSCOPE_UNLIKELY(capacity_ == 0)) return nullptr;
    const Entry* entry = slotFor(key);
    return entry->epoch == epoch_ + 1 ? &entry->value : nullptr;
  }

  /// `epoch` is what epoch() said before the value was found out: a collection in between makes it void.
  void insert(uint64_t key, const Value& value, uint32_t epoch) {
    if (epoch != epoch_) return;
    if (2 * (used_ + 1) > capacity_ && !grow()) return;
    Entry* entry = slotFor(key);
    if (entry->epoch != epoch_ + 1) ++used_;
    *entry = {key, epoch_ + 1, value};
  }

  void invalidate() { ++epoch_, used_ = 0; }
  uint32_t epoch() const { return epoch_; }

  /// Gives the memory back and starts empty.
  void release() {
    if (entries_ != nullptr) unmapPages(entries_, capacity_ * sizeof(Entry));
    entries_ = nullptr;
    capacity_ = 0;
    used_ = 0;
  }

 private:
  struct Entry {
    uint64_t key;
    uint32_t epoch;  ///< of the table when it was inserted, plus 1: zeroed memory is an empty table
    Value value;
  };

  Entry* slotFor(uint64_t key) const {
    uint32_t slot = static_cast<uint32_t>(key >> 32) & (capacity_ - 1);
    for (;;) {
      Entry& entry = entries_[slot];
      if (entry.epoch != epoch_ + 1 || entry.key == key) return &entry;
      slot = (slot + 1) & (capacity_ - 1);
    }
  }

  bool grow() {
    uint32_t old_capacity = capacity_;
    Entry* old = entries_;
    uint32_t capacity = old_capacity == 0 ? 1024 : 2 * old_capacity;
    auto* entries = static_cast<Entry*>(mapPages(capacity * sizeof(Entry)));
    if (entries == nullptr) return false;
    entries_ = entries;
    capacity_ = capacity;
    for (uint32_t slot = 0; slot < old_capacity; ++slot) {
      if (old[slot].epoch == epoch_ + 1) *slotFor(old[slot].key) = old[slot];
    }
    if (old != nullptr) unmapPages(old, old_capacity * sizeof(Entry));
    return true;
  }

  Entry* entries_;
  uint32_t capacity_;  ///< power of two, or 0
  uint32_t used_;      ///< in this epoch
  uint32_t epoch_;
};

}  // namespace slabscope::preload
