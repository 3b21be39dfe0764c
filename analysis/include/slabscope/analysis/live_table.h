// SPDX-License-Identifier: Apache-2.0
// What is alive, by id. Ids are given out in ascending order, and most of what is born dies young: so the
// values lie in chunks, each for 4,096 ids. A chunk of young ids has a place for each of them, where a value
// is written once and found without a search. Once younger chunks have taken over, what is left is packed
// together, and a bit for each id says where it lies. Memory grows with what is alive: its values, at most a
// third more places than values, and 700 bytes for each chunk of which anything is left.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "slabscope/analysis/id_map.h"

namespace slabscope::analysis {

template <class Id, class Value>
class LiveTable {
 public:
  static_assert(std::is_trivially_copyable_v<Value>, "values are moved about as bytes");

  size_t size() const { return size_; }

  /// `id` must not be 0. Returns the value's place, valid until the next put() or add(). An id that is there
  /// already gets the new value. Ids may come in any order; ascending is fastest.
  Value& put(Id id, Value value) { return *::new (static_cast<void*>(&add(id))) Value(std::move(value)); }

  /// Likewise; the value is to be filled in.
  Value& add(Id id) {
    Chunk* chunk = chunkOf(id);
    if (chunk == nullptr) chunk = &makeChunk(id);
    size_t place = chunk->placeOf(slotOf(id));
    if (place == kNone) place = makeRoom(*chunk, slotOf(id));
    if (!chunk->isAlive(place)) {
      chunk->setAlive(place);
      ++chunk->live;
      ++size_;
    }
    return chunk->value(place);
  }
  /// Likewise a list of ids: fill(i, value) is to write the value of the i-th.
  template <class Fill>
  void addAll(const uint64_t* ids, size_t count, Fill&& fill) {
    for (size_t i = 0; i < count;) {
      Chunk* chunk = chunkOf(idOf(ids[i]));
      if (chunk == nullptr) chunk = &makeChunk(idOf(ids[i]));
      if (chunk->packing != nullptr) {
        fill(i, add(idOf(ids[i])));
        ++i;
        continue;
      }
      uint32_t added = 0;
      do {
        const size_t place = slotOf(idOf(ids[i]));
        added += chunk->isAlive(place) ? 0 : 1;
        chunk->setAlive(place);
        fill(i, chunk->value(place));
      } while (++i < count && numberOf(idOf(ids[i])) == chunk->number);
      chunk->live += added;
      size_ += added;
    }
  }

  /// Null when it is not there. The pointer is valid until the next put() or add(), or until it is erased.
  Value* find(Id id) { return const_cast<Value*>(std::as_const(*this).find(id)); }
  const Value* find(Id id) const {
    const Chunk* chunk = chunkOf(id);
    if (chunk == nullptr) return nullptr;
    const size_t place = chunk->placeOf(slotOf(id));
    return place != kNone && chunk->isAlive(place) ? &chunk->value(place) : nullptr;
  }

  bool erase(Id id) {
    return takeOut(id, [](const Value&) {});
  }
  /// Calls visit(value) and erases it; false where there is none.
  template <class Visit>
  bool takeOut(Id id, Visit&& visit) {
    return takeOut(find(chunkOf(id), id), visit);
  }
  /// Likewise each of a list of ids that are there, in order; the others are passed over.
  template <class Visit>
  void takeOutAll(const uint64_t* ids, size_t count, Visit&& visit) {
    std::array<Found, 16> found;
    for (size_t from = 0; from < count;) {
      Chunk* chunk = chunkOf(idOf(ids[from]));
      if (chunk != nullptr && chunk->is_young) {
        from += takeOutOfYoung(*chunk, ids + from, count - from, visit);
        continue;
      }
      // Those that are found together are waited for together: old values lie in no cache.
      const size_t size = std::min(found.size(), count - from);
      for (size_t i = 0; i < size; ++i) {
        const Id id = idOf(ids[from + i]);
        found[i] = find(chunkOf(id), id);
        if (found[i].place != kNone) __builtin_prefetch(&found[i].chunk->values[found[i].place]);
      }
      for (size_t i = 0; i < size; ++i) takeOut(found[i], visit);
      from += size;
    }
  }

  /// Calls visit(id, value) for each; mostly, but not always, in the order of the ids. The table must not
  /// change meanwhile.
  template <class Visit>
  void forEach(Visit&& visit) const {
    for (const std::unique_ptr<Chunk>& chunk : chunks_) {
      if (chunk != nullptr && chunk->live != 0) forEachIn(*chunk, visit);
    }
  }

  /// Likewise visit(id, value) for each whose id is above this one; the value may be changed.
  template <class Visit>
  void changeThoseAbove(Id id, Visit&& visit) {
    for (const std::unique_ptr<Chunk>& chunk : chunks_) {
      if (chunk == nullptr || chunk->live == 0 || chunk->number < numberOf(id)) continue;
      forEachPlace(*chunk, [&](size_t slot, size_t place) {
        const Id found = idOf(*chunk, slot);
        if (found > id) visit(found, chunk->value(place));
      });
    }
  }

 private:
  static constexpr unsigned kSlotBits = 12;
  static constexpr size_t kSlots = size_t{1} << kSlotBits;
  static constexpr size_t kWords = kSlots / 64;
  static constexpr size_t kYoungChunks = 4;
  static constexpr size_t kNone = ~size_t{0};

  // Not a Value: those that make themselves up would be written before they are needed.
  struct Place {
    alignas(Value) std::array<std::byte, sizeof(Value)> bytes;
  };

  static size_t ones(uint64_t word) {
    // There is no instruction for it on every x86-64.
    word -= (word >> 1) & 0x5555555555555555;
    word = (word & 0x3333333333333333) + ((word >> 2) & 0x3333333333333333);
    word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return static_cast<size_t>((word * 0x0101010101010101) >> 56);
  }

  // Which slots have a place, and how many have one before those of each word.
  struct Packing {
    std::array<uint64_t, kWords> placed{};
    std::array<uint16_t, kWords> before{};
  };

  struct Chunk {
    uint64_t number = 0;  // its ids, without their slots
    size_t index = 0;     // in chunks_
    uint32_t live = 0;
    uint32_t room = kSlots;  // places
    bool is_young = true;
    bool is_sparse = false;             // is in sparse_
    std::unique_ptr<Packing> packing;   // null: each slot is its own place
    std::unique_ptr<uint64_t[]> alive;  // a bit for each place
    std::unique_ptr<Place[]> values;

    Value& value(size_t place) { return *std::launder(reinterpret_cast<Value*>(&values[place])); }
    const Value& value(size_t place) const {
      return *std::launder(reinterpret_cast<const Value*>(&values[place]));
    }
    bool isAlive(size_t place) const { return ((alive[place / 64] >> (place % 64)) & 1) != 0; }
    void setAlive(size_t place) { alive[place / 64] |= uint64_t{1} << (place % 64); }
    void setDead(size_t place) { alive[place / 64] &= ~(uint64_t{1} << (place % 64)); }
    size_t placeOf(size_t slot) const {
      if (packing == nullptr) return slot;
      const uint64_t word = packing->placed[slot / 64];
      const uint64_t bit = uint64_t{1} << (slot % 64);
      return (word & bit) == 0 ? kNone : packing->before[slot / 64] + ones(word & (bit - 1));
    }
  };

  struct Found {
    Chunk* chunk = nullptr;
    size_t place = kNone;
  };
  static Found find(Chunk* chunk, Id id) {
    return {chunk, chunk == nullptr ? kNone : chunk->placeOf(slotOf(id))};
  }
  template <class Visit>
  bool takeOut(const Found& found, Visit& visit) {
    const auto& [chunk, place] = found;
    if (place == kNone || !chunk->isAlive(place)) return false;
    visit(std::as_const(chunk->value(place)));
    chunk->setDead(place);
    --chunk->live;
    --size_;
    if (!chunk->is_young && !chunk->is_sparse && isSparse(*chunk)) {
      chunk->is_sparse = true;
      sparse_.push_back(chunk);
    }
    return true;
  }

  // Those from the first on that are of this chunk; tells how many. What is counted is counted once for all.
  template <class Visit>
  size_t takeOutOfYoung(Chunk& chunk, const uint64_t* ids, size_t count, Visit& visit) {
    uint32_t taken = 0;
    size_t i = 0;
    for (; i < count && numberOf(idOf(ids[i])) == chunk.number; ++i) {
      const size_t place = slotOf(idOf(ids[i]));
      if (!chunk.isAlive(place)) continue;
      visit(std::as_const(chunk.value(place)));
      chunk.setDead(place);
      ++taken;
    }
    chunk.live -= taken;
    size_ -= taken;
    return i;
  }

  struct Number {
    uint64_t value = 0;  // of a chunk, and one more
    constexpr explicit operator bool() const { return value != 0; }
    friend constexpr bool operator==(Number, Number) = default;
  };

  static size_t slotOf(Id id) { return static_cast<size_t>(id.value) & (kSlots - 1); }
  static uint64_t numberOf(Id id) { return id.value >> kSlotBits; }
  static Id idOf(uint64_t value) {
    Id id{};
    id.value = value;
    return id;
  }
  static Id idOf(const Chunk& chunk, size_t slot) { return idOf(chunk.number << kSlotBits | slot); }
  static bool isSparse(const Chunk& chunk) { return chunk.live * 4 <= chunk.room * 3; }

  Chunk* chunkOf(Id id) const {
    const uint64_t number = numberOf(id);
    if (last_ != nullptr && last_->number == number) return last_;
    Chunk* const* found = by_number_.find({number + 1});
    if (found == nullptr) return nullptr;
    return last_ = *found;
  }

  Chunk& makeChunk(Id id) {
    packSparse();
    auto made = std::make_unique<Chunk>();
    made->number = numberOf(id);
    made->index = chunks_.size();
    made->alive = std::make_unique<uint64_t[]>(kWords);
    if (spare_.empty()) {
      made->values = std::make_unique_for_overwrite<Place[]>(kSlots);
    } else {
      made->values = std::move(spare_.back());
      spare_.pop_back();
    }
    Chunk& chunk = *made;
    chunks_.push_back(std::move(made));
    by_number_.put({chunk.number + 1}, &chunk);
    young_.push_back(&chunk);
    if (young_.size() > kYoungChunks) {
      Chunk& old = *young_.front();
      young_.pop_front();
      old.is_young = false;
      if (isSparse(old)) pack(old);
    }
    return *(last_ = &chunk);
  }

  void packSparse() {
    for (Chunk* chunk : sparse_) pack(*chunk);
    sparse_.clear();
  }

  // Leaves no place without a value; nothing of a chunk without one.
  void pack(Chunk& chunk) {
    chunk.is_sparse = false;
    if (chunk.live == 0) return drop(chunk);
    auto packing = std::make_unique<Packing>();
    auto values = std::make_unique_for_overwrite<Place[]>(chunk.live);
    size_t count = 0;
    forEachPlace(chunk, [&](size_t slot, size_t place) {
      packing->placed[slot / 64] |= uint64_t{1} << (slot % 64);
      values[count++] = chunk.values[place];
    });
    becomePacked(chunk, std::move(packing), std::move(values), count);
  }

  void becomePacked(Chunk& chunk, std::unique_ptr<Packing> packing, std::unique_ptr<Place[]> values,
                    size_t count) {
    size_t before = 0;
    for (size_t word = 0; word < kWords; ++word) {
      packing->before[word] = static_cast<uint16_t>(before);
      before += ones(packing->placed[word]);
    }
    const size_t words = (count + 63) / 64;
    auto alive = std::make_unique<uint64_t[]>(words);
    for (size_t word = 0; word < words; ++word) alive[word] = ~uint64_t{0};
    if (count % 64 != 0) alive[words - 1] >>= 64 - count % 64;
    if (chunk.packing == nullptr && spare_.size() < kYoungChunks) spare_.push_back(std::move(chunk.values));
    chunk.packing = std::move(packing);
    chunk.alive = std::move(alive);
    chunk.values = std::move(values);
    chunk.room = static_cast<uint32_t>(count);
  }

  // A place for a slot of a packed chunk that has none; its value is alive then, but is still to be written.
  size_t makeRoom(Chunk& chunk, size_t added) {
    auto packing = std::make_unique<Packing>();
    auto values = std::make_unique_for_overwrite<Place[]>(chunk.live + size_t{1});
    size_t count = 0;
    size_t found = kNone;
    forEachPlace(chunk, [&](size_t slot, size_t place) {
      if (slot > added && found == kNone) found = count++;
      packing->placed[slot / 64] |= uint64_t{1} << (slot % 64);
      values[count++] = chunk.values[place];
    });
    if (found == kNone) found = count++;
    packing->placed[added / 64] |= uint64_t{1} << (added % 64);
    becomePacked(chunk, std::move(packing), std::move(values), count);
    chunk.setDead(found);
    return found;
  }

  void drop(Chunk& chunk) {
    if (last_ == &chunk) last_ = nullptr;
    if (chunk.packing == nullptr && spare_.size() < kYoungChunks) spare_.push_back(std::move(chunk.values));
    by_number_.erase({chunk.number + 1});
    chunks_[chunk.index] = nullptr;  // `chunk` is gone
    if (++gaps_ <= chunks_.size() / 2) return;
    size_t kept = 0;
    for (std::unique_ptr<Chunk>& one : chunks_) {
      if (one == nullptr) continue;
      one->index = kept;
      chunks_[kept++] = std::move(one);
    }
    chunks_.resize(kept);
    gaps_ = 0;
  }

  // Calls visit(slot, place) for what is alive, in the order of the slots.
  template <class Visit>
  static void forEachPlace(const Chunk& chunk, Visit&& visit) {
    const uint64_t* bits = chunk.packing == nullptr ? chunk.alive.get() : chunk.packing->placed.data();
    size_t next = 0;
    for (size_t word = 0; word < kWords; ++word) {
      for (uint64_t left = bits[word]; left != 0; left &= left - 1) {
        const size_t slot = word * 64 + static_cast<size_t>(std::countr_zero(left));
        const size_t place = chunk.packing == nullptr ? slot : next++;
        if (chunk.isAlive(place)) visit(slot, place);
      }
    }
  }
  template <class Visit>
  static void forEachIn(const Chunk& chunk, Visit& visit) {
    forEachPlace(chunk, [&](size_t slot, size_t place) { visit(idOf(chunk, slot), chunk.value(place)); });
  }

  size_t size_ = 0;
  IdMap<Number, Chunk*> by_number_;
  mutable Chunk* last_ = nullptr;  // that was asked for
  std::vector<std::unique_ptr<Chunk>>
      chunks_;  // in the order in which they were made; null: has been dropped
  size_t gaps_ = 0;
  std::deque<Chunk*> young_;
  std::vector<Chunk*> sparse_;                   // to be packed when the next chunk is made
  std::vector<std::unique_ptr<Place[]>> spare_;  // of chunks that were young
};

}  // namespace slabscope::analysis
