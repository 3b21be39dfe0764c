// SPDX-License-Identifier: Apache-2.0
// Native call stacks by our own unwinder, and by the C++ one, which is loaded at the start and only in node,
// where that does not understand a table. Not by libunwind: that opens a pipe in the program to try out
// addresses, and believes for ever that the two descriptors are its own. Both go by unwind tables alone,
// found without the loader's lock (_dl_find_object), and stop where there are none.
#pragma once

#include <cstdint>

#include "slabscope/wire/layout.h"

namespace slabscope::preload {

struct NativeStackCache;

/// Loads libgcc_s. False when it is not there: then there are no native stacks.
bool initialiseNativeStacks();

/// The stack id of the native frames above the hook, whose record is written when it is new to this thread. 0
/// where there are none.
uint32_t captureNativeStack();

/// Writes the record of a stack of native frames. False when it was dropped.
bool defineNativeStack(uint32_t id, void* const* frames, uint32_t count);

/// Whether initialiseNativeStacks() found an unwinder.
bool nativeStacksAvailable();

/// Whether stacks that were walked are known again, after initialiseNativeStacks().
void tellFastNativeStacks();

/// The return addresses of up to `limit` native frames, innermost first; how many there are.
uint32_t walkNativeFrames(void** addresses, uint32_t limit);

/// Whether one of these return addresses is of a call in the code.
bool calledFrom(const wire::CodeRange& code, void* const* addresses, uint32_t count);

void freeNativeStackCache(NativeStackCache* cache);

}  // namespace slabscope::preload
