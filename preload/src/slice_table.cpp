// SPDX-License-Identifier: Apache-2.0
#include "slice_table.h"

#include <cstring>

#include "process.h"

namespace slabscope::preload {

constinit uintptr_t SliceTable::nothing_ = 0;

bool SliceTable::growDirectory() {
  uint32_t room = chunk_room_ == 0 ? 512 : 2 * chunk_room_;
  auto* chunks = static_cast<SliceEntry**>(mapPages(room * sizeof(SliceEntry*)));
  if (chunks == nullptr) return false;
  if (chunks_ != nullptr) {
    std::memcpy(chunks, chunks_, chunk_count_ * sizeof(SliceEntry*));
    unmapPages(chunks_, chunk_room_ * sizeof(SliceEntry*));
  }
  chunks_ = chunks;
  chunk_room_ = room;
  return true;
}

// A chunk is aligned to its own size, so that an entry's address leads to its head. What mmap gives is
// aligned to pages only: map twice the size and give back what is around the aligned half.
bool SliceTable::addChunk() {
  if (chunk_count_ == kChunkLimit || (chunk_count_ == chunk_room_ && !growDirectory())) return false;
  auto* room = static_cast<char*>(mapPages(2 * kChunkBytes));
  if (room == nullptr) return false;
  auto start = reinterpret_cast<uintptr_t>(room);
  size_t before = (kChunkBytes - start % kChunkBytes) % kChunkBytes;
  if (before != 0) unmapPages(room, before);
  unmapPages(room + before + kChunkBytes, kChunkBytes - before);
  auto* entries = reinterpret_cast<SliceEntry*>(room + before);
  headOf(entries).chunk = chunk_count_;
  chunks_[chunk_count_++] = entries;
  for (uint32_t index = kChunkEntries; --index > 0;) free(&entries[index]);
  return true;
}

SliceEntry* SliceTable::insert(uint64_t id) {
  if (SLABSCOPE_UNLIKELY(free_ == nullptr) && !addChunk()) return nullptr;
  SliceEntry* entry = free_;
  free_ = reinterpret_cast<SliceEntry*>(entry->id);
  // For the next one: between two of a program there is time enough to bring it from afar.
  __builtin_prefetch(free_, 1);
  ChunkHead& head = headOf(entry);
  ++head.slices;
  head.age = Age::kGrown;
  entry->id = id;
  return entry;
}

// A scavenge moves whatever is young and survives. Where all objects are where they were before it, none is
// young any more.
void SliceTable::settle(SliceEntry* chunk) {
  uintptr_t places = 0;
  for (uint32_t index = 1; index < kChunkEntries; ++index) places += *chunk[index].handle * (2 * index + 1);
  ChunkHead& head = headOf(chunk);
  if (places == head.places) head.age = Age::kSettled;
  head.places = places;
}

uint32_t SliceTable::countYoung() const {
  uint32_t count = 0;
  for (uint32_t chunk = 0; chunk < chunk_count_; ++chunk) {
    const ChunkHead& head = headOf(chunks_[chunk]);
    if (mayBeYoung(head)) count += head.slices;
  }
  return count;
}

// V8 reads the first word of each object to see whether it was moved, and waits for it. Here none waits for
// another.
void SliceTable::fetchYoung() const {
  if (countYoung() > kMostFetched) return;
  for (uint32_t chunk = 0; chunk < chunk_count_; ++chunk) {
    const SliceEntry* entries = chunks_[chunk];
    if (!mayBeYoung(headOf(entries))) continue;
    for (uint32_t index = 1; index < kChunkEntries; ++index) {
      const uintptr_t* handle = entries[index].handle;
      if (handle == &nothing_ || handle == nullptr) continue;
      __builtin_prefetch(reinterpret_cast<const void*>(*handle));
    }
  }
}

uint32_t SliceTable::numberOf(const SliceEntry* entry) {
  const uintptr_t index = reinterpret_cast<uintptr_t>(entry) % kChunkBytes / sizeof(SliceEntry);
  return headOf(entry).chunk * kChunkEntries + static_cast<uint32_t>(index);
}

uint64_t SliceTable::find(uint64_t number, uintptr_t object) const {
  if (number % kChunkEntries == 0 || number / kChunkEntries >= chunk_count_) return 0;
  const SliceEntry* entry = at(static_cast<uint32_t>(number));
  return entry->handle != nullptr && *entry->handle == object ? entry->id : 0;
}

void SliceTable::release() {
  for (uint32_t chunk = 0; chunk < chunk_count_; ++chunk) unmapPages(chunks_[chunk], kChunkBytes);
  if (chunks_ != nullptr) unmapPages(chunks_, chunk_room_ * sizeof(SliceEntry*));
  *this = SliceTable{};
}

}  // namespace slabscope::preload
