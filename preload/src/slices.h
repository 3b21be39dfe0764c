// SPDX-License-Identifier: Apache-2.0
// Slices, as the agent reports them: one record at birth, and a weak handle by which its death
// is found after the collection that it died in.
#pragma once

#include "isolate.h"

namespace slabscope::preload {

/// Begins to bring into the cache what recordSlice() goes by: it has gone from there while the program did
/// other things, and fetched at once it is waited for once.
void fetchForSlice(const IsolateState& state);

/// Records that `view`, a Buffer over an ArrayBuffer that is larger than it, has come to be. `parent` is the
/// Buffer that it was made from, or null where the agent does not know.
void recordSlice(IsolateState& state, napi_value view, napi_value parent);

/// A collection has ended: tells of the slices that it has found dead.
void tellDeadSlices(IsolateState& state, v8::GCType type);

/// Whether the death of slices can be seen in this Node.
bool livenessAvailable();

}  // namespace slabscope::preload
