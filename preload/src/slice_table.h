// SPDX-License-Identifier: Apache-2.0
// The live slices of one isolate and their weak handles. Each has a number, by which the object that is the
// slice can be marked. Used by the isolate's thread alone.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

struct IsolateState;

struct SliceEntry {
  uint64_t id;        ///< of the slice; of a free entry the number of the next free one
  uintptr_t* handle;  ///< weak; its slot holds the object. nullptr: the entry is free, or not watched yet
};

/// Zeroed memory is an empty table.
class SliceTable {
 public:
  /// An entry with the id set; nullptr when there is no memory, or all numbers are in use.
  SliceEntry* insert(IsolateState* owner, uint64_t id);
  void remove(SliceEntry* entry);
  /// Of an entry, never 0.
  static uint32_t numberOf(const SliceEntry* entry);
  /// The id of the slice that is this very object and has this number; 0 if it is none.
  uint64_t find(uint64_t number, uintptr_t object) const;
  /// The isolate that an entry belongs to.
  static IsolateState* ownerOf(const SliceEntry* entry);
  void release();

 private:
  /// Entries live in aligned chunks that never move. In the place of the first a chunk knows its owner and
  /// its own number, so that an entry needs neither.
  struct ChunkHead {
    IsolateState* owner;
    uint64_t chunk;
  };
  static_assert(sizeof(ChunkHead) == sizeof(SliceEntry));
  static constexpr uint32_t kChunkEntries = 4096;
  static constexpr size_t kChunkBytes = kChunkEntries * sizeof(SliceEntry);
  /// As many as V8's small integers can number.
  static constexpr uint32_t kChunkLimit = (1U << 30) / kChunkEntries;

  bool addChunk(IsolateState* owner);
  bool growDirectory();
  static const ChunkHead& headOf(const SliceEntry* entry);
  SliceEntry* at(uint32_t number) const { return chunks_[number / kChunkEntries] + number % kChunkEntries; }

  SliceEntry** chunks_;
  uint32_t chunk_count_;
  uint32_t chunk_room_;  ///< in chunks_
  uint32_t free_;        ///< the number of the entry that was freed last; 0: none
};

}  // namespace slabscope::preload
