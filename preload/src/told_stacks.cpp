// SPDX-License-Identifier: Apache-2.0
#include "told_stacks.h"

namespace slabscope::preload {

uint32_t ToldStacks::find(uint64_t content) const {
  for (uint32_t probe = 0; probe < kProbes; ++probe) {
    const Entry& entry = entries_[place(content, probe)];
    const uint64_t found = entry.content.load(std::memory_order_relaxed);
    // Release in add(): who sees the id sees the head of the ring that holds its definition.
    if (found == content) return entry.id.load(std::memory_order_acquire);
    if (found == 0) return 0;
  }
  return 0;
}

void ToldStacks::add(uint64_t content, uint32_t id) {
  for (uint32_t probe = 0; probe < kProbes; ++probe) {
    Entry& entry = entries_[place(content, probe)];
    uint64_t found = 0;
    if (entry.content.compare_exchange_strong(found, content, std::memory_order_relaxed)) {
      entry.id.store(id, std::memory_order_release);
      return;
    }
    // Two threads have told the same at a time: both ids are good, and one is enough.
    if (found == content) return;
  }
}

}  // namespace slabscope::preload
