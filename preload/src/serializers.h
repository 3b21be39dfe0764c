// SPDX-License-Identifier: Apache-2.0
// The stores of v8.serialize: what a serializer has written becomes a Buffer as it lies there, and is given
// back by free(). Only `releaseBuffer` of its prototype hears of it, and to load the module that has the
// prototype takes longer than most programs serialize. So it is wrapped when the first serializer asks for
// memory.
#pragma once

#include "node_api_abi.h"

namespace slabscope::preload {

struct IsolateState;

/// Once, at the start. False when node's serializers cannot be watched.
bool watchSerializers();
bool serializersAvailable();

/// `callback` is called, without arguments, when the isolate's first serializer is about to be used.
void awaitSerializer(IsolateState& state, napi_value callback);

/// A function that calls `real`, which is releaseBuffer, and records the store that it answers with. nullptr
/// when there is none to be had.
napi_value wrapRelease(IsolateState& state, napi_value real);

}  // namespace slabscope::preload
