// SPDX-License-Identifier: Apache-2.0
// Chains of return addresses that are kept, each once, for as long as the process lives. Any thread, without
// a lock; of a size that is fixed, so that what finds no room is not kept.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

class ChainTable {
 public:
  static constexpr uint32_t kChains = 1 << 14;
  static constexpr uint32_t kAddresses = 1 << 20;

  /// Once, before anything else. False when there is no memory.
  bool map();

  /// The number of the chain, from 1; 0 when there is no room. A chain may come to have more than one.
  /// `meaning` tells apart what the same addresses mean at different times.
  uint32_t intern(void* const* addresses, uint32_t count, uint64_t meaning);

  struct Chain {
    void* const* addresses;
    uint32_t count;
  };
  Chain chain(uint32_t number) const;
  /// By which the collector knows the chain; 0 until somebody has told it.
  std::atomic<uint32_t>& stack(uint32_t number) { return tables_->entries[number - 1].stack; }

 private:
  struct Entry {
    std::atomic<uint64_t> hash;   ///< 0: free
    std::atomic<uint32_t> count;  ///< 0: being filled, or there was no room after all
    uint32_t first;
    std::atomic<uint32_t> stack;
  };
  struct Tables {
    Entry entries[kChains];
    void* addresses[kAddresses];
  };

  Tables* tables_ = nullptr;
  std::atomic<uint32_t> used_{0};  ///< of `addresses`
};

}  // namespace slabscope::preload
