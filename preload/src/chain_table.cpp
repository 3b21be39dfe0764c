// SPDX-License-Identifier: Apache-2.0
#include "chain_table.h"

#include <cstring>

#include "chain_hash.h"
#include "process.h"

namespace slabscope::preload {

bool ChainTable::map() {
  tables_ = static_cast<Tables*>(mapPages(sizeof(Tables)));
  return tables_ != nullptr;
}

uint32_t ChainTable::intern(void* const* addresses, uint32_t count, uint64_t meaning) {
  constexpr uint32_t kProbes = 64;
  if (count == 0) return 0;
  uint64_t hash = (hashChain(addresses, count) ^ meaning) | 1;
  for (uint32_t probe = 0; probe < kProbes; ++probe) {
    auto at = static_cast<uint32_t>((hash >> 32) + probe) % kChains;
    Entry& entry = tables_->entries[at];
    uint64_t found = entry.hash.load(std::memory_order_acquire);
    // One that another thread is filling just now is no use: it may be needed before that is done.
    if (found == hash && entry.count.load(std::memory_order_acquire) == count) return at + 1;
    if (found == 0 && count > kAddresses - used_.load(std::memory_order_relaxed)) return 0;
    if (found != 0 || !entry.hash.compare_exchange_strong(found, hash, std::memory_order_acq_rel)) continue;
    uint32_t first = used_.load(std::memory_order_relaxed);
    do {
      if (count > kAddresses - first) return 0;
    } while (!used_.compare_exchange_weak(first, first + count, std::memory_order_relaxed));
    std::memcpy(tables_->addresses + first, addresses, count * sizeof(void*));
    entry.first = first;
    entry.count.store(count, std::memory_order_release);
    return at + 1;
  }
  return 0;
}

ChainTable::Chain ChainTable::chain(uint32_t number) const {
  const Entry& entry = tables_->entries[number - 1];
  uint32_t count = entry.count.load(std::memory_order_acquire);
  return {tables_->addresses + entry.first, count};
}

}  // namespace slabscope::preload
