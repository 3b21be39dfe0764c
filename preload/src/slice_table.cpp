// SPDX-License-Identifier: Apache-2.0
#include "slice_table.h"

#include "process.h"

namespace slabscope::preload {

SliceEntry** SliceTable::bucketOf(uint64_t data) const {
  return &buckets_[((data >> 3) * 0x9E3779B97F4A7C15ULL >> 20) & (bucket_count_ - 1)];
}

bool SliceTable::grow() {
  uint64_t old_count = bucket_count_;
  SliceEntry** old = buckets_;
  uint64_t count = old_count == 0 ? 4096 : 2 * old_count;
  auto* buckets = static_cast<SliceEntry**>(mapPages(count * sizeof(SliceEntry*)));
  if (buckets == nullptr) return false;
  buckets_ = buckets;
  bucket_count_ = count;
  for (uint64_t index = 0; index < old_count; ++index) {
    for (SliceEntry* entry = old[index]; entry != nullptr;) {
      SliceEntry* next = entry->next;
      SliceEntry** bucket = bucketOf(entry->data);
      entry->next = *bucket;
      *bucket = entry;
      entry = next;
    }
  }
  if (old != nullptr) unmapPages(old, old_count * sizeof(SliceEntry*));
  return true;
}

// A chunk is aligned to its own size, so that an entry's address leads to it. What mmap gives is aligned to
// pages only: map twice the size and give back what is around the aligned half.
bool SliceTable::addChunk(IsolateState* owner) {
  auto* room = static_cast<char*>(mapPages(2 * kChunkBytes));
  if (room == nullptr) return false;
  auto start = reinterpret_cast<uintptr_t>(room);
  size_t before = (kChunkBytes - start % kChunkBytes) % kChunkBytes;
  if (before != 0) unmapPages(room, before);
  unmapPages(room + before + kChunkBytes, kChunkBytes - before);
  auto* chunk = reinterpret_cast<Chunk*>(room + before);
  *chunk = {owner, chunks_};
  chunks_ = chunk;
  auto* entries = reinterpret_cast<SliceEntry*>(chunk + 1);
  size_t count = (kChunkBytes - sizeof(Chunk)) / sizeof(SliceEntry);
  for (size_t index = count; index-- > 0;) {
    entries[index].next = free_;
    free_ = &entries[index];
  }
  return true;
}

SliceEntry* SliceTable::insert(IsolateState* owner, uint64_t id, uint64_t data) {
  if (free_ == nullptr && !addChunk(owner)) return nullptr;
  if (size_ >= bucket_count_ && !grow() && bucket_count_ == 0) return nullptr;
  SliceEntry* entry = free_;
  free_ = entry->next;
  SliceEntry** bucket = bucketOf(data);
  *entry = {id, data, nullptr, *bucket};
  *bucket = entry;
  ++size_;
  return entry;
}

void SliceTable::remove(SliceEntry* entry) {
  SliceEntry** link = bucketOf(entry->data);
  while (*link != entry) link = &(*link)->next;
  *link = entry->next;
  entry->next = free_;
  free_ = entry;
  --size_;
}

uint64_t SliceTable::find(uint64_t data, uintptr_t object) const {
  if (bucket_count_ == 0) return 0;
  for (const SliceEntry* entry = *bucketOf(data); entry != nullptr; entry = entry->next) {
    if (entry->data == data && entry->handle != nullptr && *entry->handle == object) return entry->id;
  }
  return 0;
}

IsolateState* SliceTable::ownerOf(SliceEntry* entry) {
  return reinterpret_cast<Chunk*>(reinterpret_cast<uintptr_t>(entry) & ~(kChunkBytes - 1))->owner;
}

void SliceTable::release() {
  while (chunks_ != nullptr) {
    Chunk* before = chunks_->before;
    unmapPages(chunks_, kChunkBytes);
    chunks_ = before;
  }
  if (buckets_ != nullptr) unmapPages(buckets_, bucket_count_ * sizeof(SliceEntry*));
  *this = SliceTable{};
}

}  // namespace slabscope::preload
