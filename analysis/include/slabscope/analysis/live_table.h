// SPDX-License-Identifier: Apache-2.0
// What is alive, by id. Ids are given out in ascending order, and most of what is born dies young: the values
// of the latest ids lie in a ring, which costs no search and stays in the processor's cache; only what
// outlives some ten thousand births is moved to a pool that a hash table leads into. The pool takes what the
// most that was ever in it at once takes, and five to ten bytes for each: there are no empty slots of a
// table.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace slabscope::analysis {

template <class Id, class Value>
class LiveTable {
 public:
  size_t size() const { return size_; }

  /// `id` must not be 0, and below 2^63. Returns the value's place, valid until the next put(). An id that is
  /// there already gets the new value. Ids may come in any order; ascending is fastest.
  Value& put(Id id, Value value) {
    if (id.value > newest_) {
      advance(id.value);
    } else if (Value* known = find(id)) {
      return *known = std::move(value);
    }
    ++size_;
    if (!isYoung(id)) return enter(id, std::move(value));
    setAlive(id, true);
    return youngValue(id) = std::move(value);
  }

  /// Null when it is not there. The pointer is valid until the next put(), or until it is erased.
  Value* find(Id id) { return const_cast<Value*>(std::as_const(*this).find(id)); }
  const Value* find(Id id) const {
    if (isYoung(id)) return isAlive(id) ? &young_[slotOfYoung(id)] : nullptr;
    const Place place = placeOfOld(id);
    return place == kNone ? nullptr : &at(place).value;
  }

  /// Another name for a value that is there, in half of the memory of a pointer; valid as long as that.
  using Handle = uint32_t;
  static constexpr Handle kNoHandle = ~Handle{0};
  /// Above all of them.
  Handle handleLimit() const { return static_cast<Handle>(young_.size()) + used_ + 1; }
  Handle handleOf(Id id) const {
    if (isYoung(id)) return isAlive(id) ? static_cast<Handle>(slotOfYoung(id)) : kNoHandle;
    const Place place = placeOfOld(id);
    return place == kNone ? kNoHandle : static_cast<Handle>(young_.size()) + place;
  }
  const Value& byHandle(Handle handle) const {
    return handle < young_.size() ? young_[handle] : at(handle - static_cast<Handle>(young_.size())).value;
  }

  bool erase(Id id) {
    if (isYoung(id)) {
      if (!isAlive(id)) return false;
      setAlive(id, false);
    } else {
      const Place place = leave(id);
      if (place == kNone) return false;
      at(place) = {.id = {kFree | next_free_}, .value = {}};
      next_free_ = place;
    }
    --size_;
    return true;
  }

  /// Calls visit(id, value) for each, in no order. The table must not change meanwhile.
  template <class Visit>
  void forEach(Visit&& visit) const {
    forEachHandle([&](Handle, Id id, const Value& value) { visit(id, value); });
  }
  /// Likewise visit(handle, id, value).
  template <class Visit>
  void forEachHandle(Visit&& visit) const {
    for (uint64_t age = 0; age < young_.size() && age < newest_; ++age) {
      const Id id{newest_ - age};
      const size_t slot = slotOfYoung(id);
      if (isAlive(id)) visit(static_cast<Handle>(slot), id, young_[slot]);
    }
    for (Place place = 1; place <= used_; ++place) {
      const Entry& entry = at(place);
      if ((entry.id.value & kFree) == 0)
        visit(static_cast<Handle>(young_.size()) + place, entry.id, entry.value);
    }
  }

 private:
  struct Entry {
    Id id{};  // kFree and the next free place where nothing is
    Value value{};
  };
  using Place = uint32_t;  // from 1

  static constexpr Place kNone = 0;
  static constexpr uint64_t kFree = uint64_t{1} << 63;
  static constexpr size_t kFirstYoung = 1024;
  static constexpr size_t kMostYoung = size_t{1} << 15;
  static constexpr size_t kChunk = 1024;

  Entry& at(Place place) { return chunks_[(place - 1) / kChunk][(place - 1) % kChunk]; }
  const Entry& at(Place place) const { return chunks_[(place - 1) / kChunk][(place - 1) % kChunk]; }

  // In chunks: a list that grows as a whole would take twice its memory, and move the values.
  Place take() {
    if (next_free_ != kNone)
      return std::exchange(next_free_, static_cast<Place>(at(next_free_).id.value & ~kFree));
    if (used_ % kChunk == 0) chunks_.emplace_back(kChunk);
    return ++used_;
  }

  // ---- the ring; its size is a power of two.

  // An id above the newest makes the difference wrap. 0 is never alive: its slot is that of an id that has
  // the ring's size, when 0 is not young any more.
  bool isYoung(Id id) const { return newest_ - id.value < young_.size(); }
  size_t slotOfYoung(Id id) const { return static_cast<size_t>(id.value) & (young_.size() - 1); }
  Value& youngValue(Id id) { return young_[slotOfYoung(id)]; }
  bool isAlive(Id id) const {
    const size_t slot = slotOfYoung(id);
    return ((alive_[slot / 64] >> (slot % 64)) & 1) != 0;
  }
  void setAlive(Id id, bool alive) {
    const size_t slot = slotOfYoung(id);
    const uint64_t bit = uint64_t{1} << (slot % 64);
    alive_[slot / 64] = alive ? alive_[slot / 64] | bit : alive_[slot / 64] & ~bit;
  }

  void advance(uint64_t newest) {
    // Below the largest size no id has come round: each has the same slot in a larger ring.
    while (newest >= young_.size() && young_.size() < kMostYoung) growYoung();
    const uint64_t size = young_.size();
    if (newest > size) {
      const uint64_t first = newest_ >= size ? newest_ - size + 1 : 1;
      const uint64_t last = std::min(newest_, newest - size);
      for (uint64_t id = first; id <= last; ++id) {
        if (isAlive({id})) leaveYoung({id});
      }
    }
    newest_ = newest;
  }
  void leaveYoung(Id id) {
    setAlive(id, false);
    enter(id, std::move(youngValue(id)));
  }
  void growYoung() {
    const size_t size = std::max(kFirstYoung, young_.size() * 2);
    young_.resize(size);
    alive_.resize(size / 64);
  }

  // ---- the hash table of those that are not young: open addressing; the ids are in the entries.

  size_t next(size_t slot) const { return (slot + 1) & (old_.size() - 1); }
  // Fibonacci hashing: ids are consecutive, and so would be the clusters if they were used as they are.
  size_t home(Id id) const { return static_cast<size_t>((id.value * 0x9E3779B97F4A7C15ULL) >> shift_); }

  // Where the id is, or where its search ends at an empty slot.
  size_t slotOf(Id id) const {
    size_t slot = home(id);
    while (old_[slot] != kNone && at(old_[slot]).id != id) slot = next(slot);
    return slot;
  }
  Place placeOfOld(Id id) const { return old_.empty() ? kNone : old_[slotOf(id)]; }

  Value& enter(Id id, Value value) {
    if ((old_size_ + 1) * 5 > old_.size() * 4) grow();
    ++old_size_;
    const Place place = take();
    fill(id, place);
    at(place) = {.id = id, .value = std::move(value)};
    return at(place).value;
  }
  void fill(Id id, Place place) {
    size_t slot = home(id);
    while (old_[slot] != kNone) slot = next(slot);
    old_[slot] = place;
  }

  Place leave(Id id) {
    if (old_.empty()) return kNone;
    size_t gap = slotOf(id);
    const Place place = old_[gap];
    if (place == kNone) return kNone;
    // Move back whatever could not be found any more across the gap.
    const size_t mask = old_.size() - 1;
    for (size_t slot = next(gap); old_[slot] != kNone; slot = next(slot)) {
      if (((slot - home(at(old_[slot]).id)) & mask) < ((slot - gap) & mask)) continue;
      old_[gap] = old_[slot];
      gap = slot;
    }
    old_[gap] = kNone;
    --old_size_;
    return place;
  }

  void grow() {
    std::vector<Place> before(old_.empty() ? 64 : old_.size() * 2);
    shift_ = old_.empty() ? 58 : shift_ - 1;
    before.swap(old_);
    for (const Place place : before) {
      if (place != kNone) fill(at(place).id, place);
    }
  }

  std::vector<std::vector<Entry>> chunks_;
  Place used_ = 0;
  Place next_free_ = kNone;
  size_t size_ = 0;
  std::vector<Value> young_;     // of the last ids up to newest_
  std::vector<uint64_t> alive_;  // a bit for each slot of young_
  uint64_t newest_ = 0;
  std::vector<Place> old_;
  size_t old_size_ = 0;
  int shift_ = 64;  // 64 - log2 of the slots of old_
};

}  // namespace slabscope::analysis
