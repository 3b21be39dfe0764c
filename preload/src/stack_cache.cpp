// SPDX-License-Identifier: Apache-2.0
#include "stack_cache.h"

#include <cstring>

#include "process.h"

namespace slabscope::preload {

// A multiply-and-fold per word, as in wyhash: every bit of every frame reaches every bit of the result.
__extension__ using Wide = unsigned __int128;

uint64_t hashChain(void* const* frames, size_t count) {
  uint64_t hash = 0x9E3779B97F4A7C15ULL ^ count;
  for (size_t index = 0; index < count; ++index) {
    uint64_t word = reinterpret_cast<uintptr_t>(frames[index]);
    Wide product = static_cast<Wide>(hash ^ word) * 0xA0761D6478BD642FULL;
    hash = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64) ^ (word << 1);
  }
  hash ^= hash >> 32;
  return hash * 0xE7037ED1A0B428DBULL | 1;  // never 0: the mark of an empty entry
}

StackCache::Entry* StackCache::slotFor(uint64_t chain) const {
  uint32_t slot = static_cast<uint32_t>(chain >> 32) & (capacity_ - 1);
  for (;;) {
    Entry& entry = entries_[slot];
    if (entry.epoch != epoch_ + 1 || entry.chain == chain) return &entry;
    slot = (slot + 1) & (capacity_ - 1);
  }
}

uint32_t StackCache::find(uint64_t chain) const {
  if (capacity_ == 0) return 0;
  const Entry* entry = slotFor(chain);
  return entry->epoch == epoch_ + 1 ? entry->stack : 0;
}

bool StackCache::grow() {
  uint32_t old_capacity = capacity_;
  Entry* old = entries_;
  uint32_t capacity = old_capacity == 0 ? 1024 : 2 * old_capacity;
  auto* entries = static_cast<Entry*>(mapPages(capacity * sizeof(Entry)));
  if (entries == nullptr) return false;
  entries_ = entries;
  capacity_ = capacity;
  for (uint32_t slot = 0; slot < old_capacity; ++slot) {
    if (old[slot].epoch == epoch_ + 1) *slotFor(old[slot].chain) = old[slot];
  }
  if (old != nullptr) unmapPages(old, old_capacity * sizeof(Entry));
  return true;
}

void StackCache::insert(uint64_t chain, uint32_t stack, uint32_t epoch) {
  if (epoch != epoch_) return;
  if (2 * (used_ + 1) > capacity_ && !grow()) return;
  *slotFor(chain) = {chain, stack, epoch_ + 1};
  ++used_;
}

void StackCache::release() {
  if (entries_ != nullptr) unmapPages(entries_, capacity_ * sizeof(Entry));
  entries_ = nullptr;
  capacity_ = 0;
  used_ = 0;
}

const char* EvalOrigins::find(int script, uint32_t* bytes) const {
  for (const Entry* entry = buckets_[static_cast<uint32_t>(script) % kBuckets]; entry != nullptr;
       entry = entry->next) {
    if (entry->script != script) continue;
    *bytes = entry->bytes;
    return reinterpret_cast<const char*>(entry + 1);
  }
  return nullptr;
}

char* EvalOrigins::room(size_t bytes) {
  constexpr size_t kPageBytes = 64 << 10;
  if (page_ == nullptr || page_->used + bytes > page_->bytes) {
    auto* page = static_cast<Page*>(mapPages(kPageBytes));
    if (page == nullptr) return nullptr;
    *page = {page_, kPageBytes, sizeof(Page)};
    page_ = page;
  }
  char* at = reinterpret_cast<char*>(page_) + page_->used;
  page_->used += (bytes + 7) & ~size_t{7};
  return at;
}

void EvalOrigins::insert(int script, const char* text, uint32_t bytes) {
  char* at = room(sizeof(Entry) + bytes);
  if (at == nullptr) return;
  Entry*& bucket = buckets_[static_cast<uint32_t>(script) % kBuckets];
  auto* entry = reinterpret_cast<Entry*>(at);
  *entry = {script, bytes, bucket};
  std::memcpy(at + sizeof(Entry), text, bytes);
  bucket = entry;
}

void EvalOrigins::release() {
  while (page_ != nullptr) {
    Page* before = page_->before;
    unmapPages(page_, page_->bytes);
    page_ = before;
  }
  std::memset(buckets_, 0, sizeof buckets_);
}

}  // namespace slabscope::preload
