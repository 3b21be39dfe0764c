// SPDX-License-Identifier: Apache-2.0
// Stores that a message takes to another isolate. V8 keeps the store as it is: no allocator hears of it.
#pragma once

#include <cstdint>

#include "node_api_abi.h"

namespace slabscope::preload {

struct IsolateState;

/// A function that calls `real`, which is MessagePort.prototype.postMessage, and before that records where
/// the stores go which are handed over. `gather(port, argument)` answers undefined, or a list of the thread
/// at the port's other end (NaN: not known, kParentThread) and the objects that are handed over. nullptr when
/// there is none to be had.
napi_value wrapPost(IsolateState& state, napi_value real, napi_value gather);

/// Whether moves are recorded: `problem` says why not, and is empty when they are.
void tellMoves(const char* problem);

/// This isolate is Node's thread of that number.
void tellOwnThread(IsolateState& state, int64_t thread);
/// This isolate has started a thread of that number.
void tellStartedThread(IsolateState& state, int64_t thread);

}  // namespace slabscope::preload
