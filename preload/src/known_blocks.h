// SPDX-License-Identifier: Apache-2.0
// What free() and realloc() do for the blocks whose allocation is remembered.
#pragma once

#include <cstdint>

namespace slabscope::preload {

/// Not 0 once a block was remembered. Read and written atomically by builtins, for the reason that
/// freed_stores.h gives.
extern constinit uint32_t blocks_are_known;

void forgetBlock(const void* block);

/// Called for every block of the process before it is given back or moved.
inline void onReleasing(const void* block) {
  if (__builtin_expect(__atomic_load_n(&blocks_are_known, __ATOMIC_RELAXED) != 0, 0)) forgetBlock(block);
}

}  // namespace slabscope::preload
