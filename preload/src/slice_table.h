// SPDX-License-Identifier: Apache-2.0
// The live slices of one isolate: their weak handles, and by which object each is held, so that the parent of
// a view can be told for certain. Used by the isolate's thread alone.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

struct IsolateState;

struct SliceEntry {
  uint64_t id;
  uint64_t data;      ///< address of the slice's first byte
  uintptr_t* handle;  ///< weak; its slot holds the object
  SliceEntry* next;   ///< in the bucket, or in the list of free entries
};

class SliceTable {
 public:
  /// An entry with id and data set, in the table; nullptr when there is no memory.
  SliceEntry* insert(IsolateState* owner, uint64_t id, uint64_t data);
  void remove(SliceEntry* entry);
  /// The id of the slice that is this very object, which begins at `data`; 0 if it is none.
  uint64_t find(uint64_t data, uintptr_t object) const;
  /// The isolate that an entry belongs to.
  static IsolateState* ownerOf(SliceEntry* entry);
  void release();

 private:
  /// Entries live in aligned chunks that never move; the chunk knows its owner, so that an entry needs no
  /// pointer.
  struct Chunk {
    IsolateState* owner;
    Chunk* before;
  };
  static constexpr size_t kChunkBytes = 64 << 10;

  bool addChunk(IsolateState* owner);
  bool grow();
  SliceEntry** bucketOf(uint64_t data) const;

  SliceEntry** buckets_;
  uint64_t bucket_count_;  ///< power of two, or 0
  uint64_t size_;
  SliceEntry* free_;
  Chunk* chunks_;
};

}  // namespace slabscope::preload
