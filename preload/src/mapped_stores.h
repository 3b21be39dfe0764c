// SPDX-License-Identifier: Apache-2.0
// Backing stores that V8 maps itself because they can grow in place: resizable ArrayBuffers, growable
// SharedArrayBuffers and WebAssembly memory. Node's allocator does not hear of them.
#pragma once

#include <cstddef>

namespace slabscope::preload {

/// What mmap answered. A new store if V8's function for it asked for them.
void onMapped(void* address, size_t size, int protection, int flags);
/// The protection of pages was changed.
void onProtected(void* address, size_t size, int protection);
/// Pages are about to be given back.
void onUnmapping(void* address, size_t size);

/// Waits, but not for long, until the collector has found V8's functions. nullptr when stores that can grow
/// are seen, else why not.
const char* whyNoMappedStores();

}  // namespace slabscope::preload
