// SPDX-License-Identifier: Apache-2.0
// A function that V8 calls without Node-API in between: for what is called for every Buffer.
#pragma once

#include "isolate.h"

namespace slabscope::preload {

/// A function of JavaScript that does what slice(view, parent) of the addon does, but must always be called
/// with two arguments; until concludeSliceCall() it looks at how it is called, with plain_view and
/// other_view. nullptr where this V8 lacks what it needs.
napi_value makeSliceCall(IsolateState& state, napi_env env);

/// Ends the looking; whether the function can be used, which is told.
bool concludeSliceCall(IsolateState& state);

}  // namespace slabscope::preload
