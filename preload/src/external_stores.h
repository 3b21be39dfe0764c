// SPDX-License-Identifier: Apache-2.0
// Stores over memory that is none of V8's nor of node's allocator: an addon hands its own to Node-API, to
// node::Buffer::New or to v8::ArrayBuffer::NewBackingStore. What the addon passes reaches node unchanged, but
// for the finalizer, which is called by ours.
#pragma once

#include <cstddef>
#include <cstdint>

#include "imports.h"

namespace slabscope::preload {

struct IsolateState;

/// What addons call to make such stores, and our functions that they are to call instead.
ImportList externalImports();

/// Says which of these stores are recorded: those of addons or, where `addons` is false, not even they; those
/// of v8.serialize or not.
void tellExternalStores(bool addons, bool serializers);

/// Writes the birth of a store over `data` that free() will end, with the stack of the caller. `state` may be
/// null. `allocation`: what allocated it, see allocations.h.
void recordOwnedStore(IsolateState* state, const void* data, size_t size, uint32_t allocation);

/// Writes the death of an external store. Any thread; not in the course of another record.
void recordExternalFree(uint64_t external);

}  // namespace slabscope::preload
