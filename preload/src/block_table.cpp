// SPDX-License-Identifier: Apache-2.0
#include "block_table.h"

#include <bit>

#include "process.h"

namespace slabscope::preload {

namespace {

constexpr uintptr_t kTaken = 1;
constexpr uint32_t kNowhere = 0xffffffff;

uint64_t mix(uint64_t value) {
  return value * 0x9E3779B97F4A7C15ULL;
}

/// The granules of 2^level bytes are the smallest that are as large as the block.
uint32_t levelOf(size_t size) {
  return static_cast<uint32_t>(std::bit_width(size - 1)) & 63;
}

}  // namespace

bool BlockTable::map() {
  tables_ = static_cast<Tables*>(mapPages(sizeof(Tables)));
  return tables_ != nullptr;
}

BlockTable::Granules& BlockTable::granulesOf(uintptr_t address, uint32_t level) const {
  static_assert(kBuckets == 1 << 14, "14 bits are taken");
  return tables_->granules[mix((address >> level) * 64 + level) >> 50];
}

uint32_t BlockTable::placeOf(uintptr_t block) const {
  static_assert(kBuckets == 1 << 14, "14 bits are taken");
  auto bucket = static_cast<uint32_t>(mix(block >> 4) >> 50);
  for (uint32_t at = 0; at < kBucketPlaces; ++at) {
    if (tables_->buckets[bucket].blocks[at].load(std::memory_order_acquire) == block)
      return bucket * kBucketPlaces + at;
  }
  return kNowhere;
}

bool BlockTable::insert(uintptr_t block, size_t size, uint32_t number) {
  if (block <= kTaken || size == 0) return false;
  // It may have been given back in a way that was not seen.
  erase(block);
  auto bucket = static_cast<uint32_t>(mix(block >> 4) >> 50);
  for (uint32_t at = 0; at < kBucketPlaces; ++at) {
    std::atomic<uintptr_t>& word = tables_->buckets[bucket].blocks[at];
    uintptr_t vacant = 0;
    if (word.load(std::memory_order_relaxed) != 0 ||
        !word.compare_exchange_strong(vacant, kTaken, std::memory_order_acquire))
      continue;
    uint32_t place = bucket * kBucketPlaces + at;
    tables_->extents[place].size.store(size, std::memory_order_relaxed);
    tables_->extents[place].number.store(number, std::memory_order_relaxed);
    word.store(block, std::memory_order_release);
    uint32_t level = levelOf(size);
    if ((levels_.load(std::memory_order_relaxed) >> level & 1) == 0)
      levels_.fetch_or(uint64_t{1} << level, std::memory_order_relaxed);
    for (std::atomic<uint32_t>& granule : granulesOf(block, level).places) {
      uint32_t none = 0;
      if (granule.compare_exchange_strong(none, place + 1, std::memory_order_release)) return true;
    }
    // Where it begins it can be found all the same.
    return true;
  }
  return false;
}

bool BlockTable::erase(uintptr_t block) {
  if (block <= kTaken) return false;
  uint32_t place = placeOf(block);
  if (place == kNowhere) return false;
  std::atomic<uintptr_t>& word = tables_->buckets[place / kBucketPlaces].blocks[place % kBucketPlaces];
  uintptr_t expected = block;
  // A program that frees twice is not to make us forget what came after.
  if (!word.compare_exchange_strong(expected, kTaken, std::memory_order_acquire)) return false;
  uint32_t level = levelOf(tables_->extents[place].size.load(std::memory_order_relaxed));
  for (std::atomic<uint32_t>& granule : granulesOf(block, level).places) {
    uint32_t mine = place + 1;
    if (granule.load(std::memory_order_relaxed) == mine &&
        granule.compare_exchange_strong(mine, 0, std::memory_order_relaxed))
      break;
  }
  word.store(0, std::memory_order_release);
  return true;
}

uint32_t BlockTable::findIn(const Granules& granules, uintptr_t address) const {
  for (const std::atomic<uint32_t>& granule : granules.places) {
    uint32_t place = granule.load(std::memory_order_acquire);
    if (place-- == 0) continue;
    const std::atomic<uintptr_t>& word =
        tables_->buckets[place / kBucketPlaces].blocks[place % kBucketPlaces];
    uintptr_t block = word.load(std::memory_order_acquire);
    if (block <= kTaken || address < block) continue;
    size_t size = tables_->extents[place].size.load(std::memory_order_acquire);
    uint32_t number = tables_->extents[place].number.load(std::memory_order_acquire);
    // Other blocks come and go meanwhile, in this place too.
    if (address - block < size && word.load(std::memory_order_relaxed) == block) return number;
  }
  return 0;
}

uint32_t BlockTable::find(uintptr_t address) const {
  if (address <= kTaken) return 0;
  uint32_t place = placeOf(address);
  if (place != kNowhere) return tables_->extents[place].number.load(std::memory_order_relaxed);
  uint64_t levels = levels_.load(std::memory_order_relaxed);
  for (; levels != 0; levels &= levels - 1) {
    auto level = static_cast<uint32_t>(std::countr_zero(levels));
    uint32_t number = findIn(granulesOf(address, level), address);
    uintptr_t granule = uintptr_t{1} << level;
    if (number == 0 && address >= granule) number = findIn(granulesOf(address - granule, level), address);
    if (number != 0) return number;
  }
  return 0;
}

}  // namespace slabscope::preload
