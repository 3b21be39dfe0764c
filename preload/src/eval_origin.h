// SPDX-License-Identifier: Apache-2.0
// The text that Node shows for code without a file: "eval at f (/app/x.js:3:5)". V8 tells it only through the
// call sites of an Error, so one is made, once per script, and its call sites are read with Node's own
// formatter set aside: no line of JavaScript runs.
#pragma once

#include <cstddef>

namespace slabscope::preload {

struct IsolateState;

/// Writes the text for `script` to `room` and returns its length; "eval" where it cannot be learned (the
/// frame is beyond Error.stackTraceLimit). Must be called with the script's frame on the stack, under a
/// handle scope.
size_t evalOrigin(IsolateState& state, int script, char* room, size_t bytes);

bool evalOriginsAvailable();

}  // namespace slabscope::preload
