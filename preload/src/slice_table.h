// SPDX-License-Identifier: Apache-2.0
// The live slices of one isolate and their weak handles. V8 itself clears the handle here when a collection
// finds the slice dead: without a call for each, and without a list of those calls, which V8 would build and
// give back to the system in each collection. Each slice has a number, by which the object that is the slice
// can be marked. Used by the isolate's thread alone.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

struct SliceEntry {
  uint64_t id;        ///< of the slice; of a free entry the address of the next free one
  uintptr_t* handle;  ///< weak; its slot holds the object. nullptr: the slice is dead
};

/// Zeroed memory is an empty table.
class SliceTable {
 public:
  /// What a collection can find dead: a scavenge leaves alone what it, or another one, has moved out of the
  /// young generation.
  enum class Collection : uint8_t { kScavenge, kFull };

  /// An entry with the id set and a handle that holds nothing; nullptr when there is no memory, or all
  /// numbers are in use.
  SliceEntry* insert(uint64_t id);
  /// Begins to bring into the cache what insert() will take.
  void fetchFree() const {
    __builtin_prefetch(free_, 1);
    __builtin_prefetch(&headOf(free_), 1);
  }
  /// Before a scavenge: begins to bring into the cache what V8 will look at one by one.
  void fetchYoung() const;
  /// Removes the slices that have died, and calls died(id) for each. After each collection.
  template <class Died>
  void removeDead(Collection collection, const Died& died);
  /// Of an entry, never 0.
  static uint32_t numberOf(const SliceEntry* entry);
  /// The id of the slice that is this very object and has this number; 0 if it is none.
  uint64_t find(uint64_t number, uintptr_t object) const;
  void release();

 private:
  enum class Age : uint8_t {
    kGrown,    ///< slices have come since the last scavenge
    kYoung,    ///< the next scavenge may find some of them dead
    kSettled,  ///< no scavenge can
  };
  /// Entries live in aligned chunks that never move. In the place of the first a chunk has what it knows of
  /// itself, so that an entry need not.
  struct ChunkHead {
    uint32_t chunk;   ///< its own number
    uint16_t slices;  ///< dead ones included that have not been removed
    Age age;
    uintptr_t places;  ///< of all of its objects after the last scavenge, added up; 0: not known
  };
  static_assert(sizeof(ChunkHead) == sizeof(SliceEntry));
  static constexpr uint32_t kChunkEntries = 4096;
  static constexpr size_t kChunkBytes = kChunkEntries * sizeof(SliceEntry);
  /// As many as V8's small integers can number.
  static constexpr uint32_t kChunkLimit = (1U << 30) / kChunkEntries;

  /// More than that would drive each other out of the cache again: with the object and the node of its handle
  /// each takes two lines of it.
  static constexpr uint32_t kMostFetched = 8192;

  static bool mayBeYoung(const ChunkHead& head) { return head.slices != 0 && head.age != Age::kSettled; }
  uint32_t countYoung() const;
  bool addChunk();
  bool growDirectory();
  void free(SliceEntry* entry) {
    entry->id = reinterpret_cast<uintptr_t>(free_);
    entry->handle = &nothing_;
    free_ = entry;
  }
  static ChunkHead& headOf(const SliceEntry* entry) {
    return *reinterpret_cast<ChunkHead*>(reinterpret_cast<uintptr_t>(entry) & ~(kChunkBytes - 1));
  }
  static void settle(SliceEntry* chunk);
  SliceEntry* at(uint32_t number) const { return chunks_[number / kChunkEntries] + number % kChunkEntries; }

  /// What the handle of a free entry points to.
  static uintptr_t nothing_;

  SliceEntry** chunks_;
  uint32_t chunk_count_;
  uint32_t chunk_room_;  ///< in chunks_
  SliceEntry* free_;     ///< that was freed last; nullptr: none
};

template <class Died>
void SliceTable::removeDead(Collection collection, const Died& died) {
  for (uint32_t chunk = 0; chunk < chunk_count_; ++chunk) {
    SliceEntry* entries = chunks_[chunk];
    ChunkHead& head = headOf(entries);
    if (head.slices == 0 || (collection == Collection::kScavenge && !mayBeYoung(head))) continue;
    const uint16_t before = head.slices;
    for (uint32_t index = 1; index < kChunkEntries; ++index) {
      SliceEntry& entry = entries[index];
      if (entry.handle != nullptr) continue;
      died(entry.id);
      free(&entry);
      --head.slices;
    }
    if (collection == Collection::kFull) continue;
    const bool same = head.age != Age::kGrown && head.slices == before;
    head.age = Age::kYoung;
    if (same)
      settle(entries);
    else
      head.places = 0;
  }
}

}  // namespace slabscope::preload
