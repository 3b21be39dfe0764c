// SPDX-License-Identifier: Apache-2.0
#include "freed_stores.h"

#include "external_stores.h"
#include "process.h"

namespace slabscope::preload {

constinit uint32_t freed_store_count = 0;

namespace {

// A block is looked for in one bucket only, so that a free that is none of ours costs a cache line or two and
// no removal needs a mark. Some 100,000 blocks find room before a bucket is likely to be full.
constexpr uint32_t kBuckets = 1 << 15;
constexpr uint32_t kPlaces = 8;

struct Place {
  std::atomic<uintptr_t> block;  ///< 0: free; kTaken: being filled
  uint64_t external;
};
struct Bucket {
  Place places[kPlaces];
};

constexpr uintptr_t kTaken = 1;
constinit std::atomic<Bucket*> buckets{nullptr};

Bucket* bucketsOrNew() {
  Bucket* all = buckets.load(std::memory_order_acquire);
  if (all != nullptr) return all;
  auto* fresh = static_cast<Bucket*>(mapPages(kBuckets * sizeof(Bucket)));
  if (fresh == nullptr) return nullptr;
  if (buckets.compare_exchange_strong(all, fresh, std::memory_order_acq_rel)) return fresh;
  unmapPages(fresh, kBuckets * sizeof(Bucket));
  return all;
}

Bucket& bucketOf(Bucket* all, uintptr_t block) {
  return all[(block >> 4) * 0x9E3779B97F4A7C15ULL >> 49];
}
static_assert(kBuckets == 1 << 15, "bucketOf gives 15 bits");

}  // namespace

bool watchFree(const void* block, uint64_t external) {
  Bucket* all = bucketsOrNew();
  if (all == nullptr) return false;
  auto address = reinterpret_cast<uintptr_t>(block);
  for (Place& place : bucketOf(all, address).places) {
    uintptr_t vacant = 0;
    if (!place.block.compare_exchange_strong(vacant, kTaken, std::memory_order_acquire)) continue;
    place.external = external;
    place.block.store(address, std::memory_order_release);
    __atomic_fetch_add(&freed_store_count, 1, __ATOMIC_RELAXED);
    return true;
  }
  return false;
}

void tellFree(const void* block) {
  Bucket* all = buckets.load(std::memory_order_acquire);
  auto address = reinterpret_cast<uintptr_t>(block);
  if (all == nullptr || address <= kTaken) return;
  for (Place& place : bucketOf(all, address).places) {
    if (place.block.load(std::memory_order_acquire) != address) continue;
    uint64_t external = place.external;
    place.block.store(0, std::memory_order_release);
    __atomic_fetch_sub(&freed_store_count, 1, __ATOMIC_RELAXED);
    recordExternalFree(external);
    return;
  }
}

}  // namespace slabscope::preload
