// SPDX-License-Identifier: Apache-2.0
#include "eval_texts.h"

#include <cstring>

#include "process.h"

namespace slabscope::preload {

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
