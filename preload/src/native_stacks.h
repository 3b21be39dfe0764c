// SPDX-License-Identifier: Apache-2.0
// Native call stacks by libunwind, which is loaded at the start and only in node.
#pragma once

#include <cstdint>

namespace slabscope::preload {

struct NativeStackCache;

/// Loads libunwind. False when it is not there: then there are no native stacks.
bool initialiseNativeStacks();

/// The stack id of the native frames above the hook, whose record is written when it is new to this thread. 0
/// without libunwind. Only where no lock of the loader or of an allocator can be held.
uint32_t captureNativeStack();

void freeNativeStackCache(NativeStackCache* cache);

}  // namespace slabscope::preload
