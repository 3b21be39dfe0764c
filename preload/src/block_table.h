// SPDX-License-Identifier: Apache-2.0
// Blocks of memory that the program holds, each with a number: found again by any address inside, forgotten
// by where they begin. Any thread, without a lock; of a size that is fixed, so that what finds no room is not
// remembered.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

class BlockTable {
 public:
  /// Blocks that there is room for; a part of it may stay empty.
  static constexpr uint32_t kPlaces = 1 << 17;

  /// Once, before anything else. False when there is no memory.
  bool map();

  /// Remembers a block that nobody else has yet, or anymore. False when there is no room. `number` is not 0.
  bool insert(uintptr_t block, size_t size, uint32_t number);
  /// False when no block is known that begins there. Before the memory goes back.
  bool erase(uintptr_t block);
  /// The number of the block that holds the address, 0 when none does that is known. The caller keeps that
  /// block from being erased.
  uint32_t find(uintptr_t address) const;

 private:
  // What begins in one place is looked for in one bucket only: a cache line of addresses.
  static constexpr uint32_t kBucketPlaces = 8;
  static constexpr uint32_t kBuckets = kPlaces / kBucketPlaces;

  struct Bucket {
    std::atomic<uintptr_t> blocks[kBucketPlaces];  ///< 0: free; kTaken: being filled or emptied
  };
  struct Extent {
    std::atomic<size_t> size;
    std::atomic<uint32_t> number;
  };
  /// Places, from 1, of blocks that begin in certain granules. A block is no larger than its granule, so that
  /// it holds addresses of two of them at the most.
  struct Granules {
    std::atomic<uint32_t> places[kBucketPlaces];
  };
  struct Tables {
    Bucket buckets[kBuckets];
    Extent extents[kPlaces];
    Granules granules[kBuckets];
  };

  uint32_t placeOf(uintptr_t block) const;
  Granules& granulesOf(uintptr_t address, uint32_t level) const;
  uint32_t findIn(const Granules& granules, uintptr_t address) const;

  Tables* tables_ = nullptr;
  std::atomic<uint64_t> levels_{0};  ///< a bit for each size of granule that was ever needed
};

}  // namespace slabscope::preload
