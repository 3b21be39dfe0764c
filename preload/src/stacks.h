// SPDX-License-Identifier: Apache-2.0
// Which line of JavaScript is calling. The chain of program counters comes from V8's sampler, cheap and safe
// anywhere; what a chain means (inlined functions too) is asked of V8 once and remembered until code may have
// moved.
#pragma once

#include <cstdint>

#include "v8_abi.h"

namespace slabscope::preload {

struct IsolateState;

/// Stack ids are unique in the process, and never 0.
uint32_t nextStackId();

/// The stack of the calling thread, its record written if it is new: JavaScript frames if there are any and
/// their meaning can be had, else native ones. 0 when there is none to be had. `state` may be null.
/// `javascript_allowed`: JavaScript has called us, so that JavaScript may be called.
uint32_t captureStack(IsolateState* state, bool javascript_allowed);

/// The agent's own script, by V8's name of it: its frames are left out.
void setAgentPath(const char* path);

/// Once, at the start.
void initialiseFastStacks();

/// Looks at the stack that calls, to learn how V8 links frames; JavaScript must have called us.
void learnFrames(IsolateState& state);

/// Ends the learning, and tells whether stacks are fast.
void concludeFrames(IsolateState& state);

/// Whether everything that stacks need is there.
bool stacksAvailable();

}  // namespace slabscope::preload
