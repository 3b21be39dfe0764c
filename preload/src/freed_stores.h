// SPDX-License-Identifier: Apache-2.0
// External stores whose memory came from malloc and goes back by free: free() tells their death, to the
// instant and whichever isolate they have been moved to.
#pragma once

#include <cstdint>

namespace slabscope::preload {

/// How many blocks are watched. Read and written atomically by builtins: <atomic> brings the declarations of
/// malloc's family, which whoever defines it here must not see.
extern constinit uint32_t freed_store_count;

/// From now on the free() of `block` is the death of the external store. False when there is no room left.
bool watchFree(const void* block, uint64_t external);

void tellFree(const void* block);

/// Called by free(), for every block of the process.
inline void onFreeing(const void* block) {
  if (__builtin_expect(__atomic_load_n(&freed_store_count, __ATOMIC_RELAXED) != 0, 0)) tellFree(block);
}

}  // namespace slabscope::preload
