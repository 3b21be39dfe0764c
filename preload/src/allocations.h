// SPDX-License-Identifier: Apache-2.0
// `record --native`: where the memory behind external stores was allocated. Addons' calls of malloc, of
// operator new and the like are redirected in their own offset tables; a block of a kilobyte or more is
// remembered with its native stack until it is given back.
#pragma once

#include <cstdint>

#include "imports.h"

namespace slabscope::preload {

struct IsolateState;

/// Once, at the start, while there is one thread, and after initialiseNativeFrames(). False when allocations
/// cannot be remembered.
bool watchAllocations();

/// Whether watchAllocations() said yes.
bool allocationsWatched();

/// What addons call to allocate, and our functions that they are to call instead.
ImportList allocationImports();

/// The chain that allocated the block that holds `data`, which must be alive; 0 when that is not known.
uint32_t allocationBehind(const void* data);

/// The stack id of a chain, its record written if it is new. 0 for 0. `state` may be null.
uint32_t stackOfAllocation(uint32_t chain, IsolateState* state);

/// Says whether the allocations behind external stores are recorded, and why not.
void tellAllocations(bool addons);

}  // namespace slabscope::preload
