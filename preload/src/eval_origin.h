// SPDX-License-Identifier: Apache-2.0
// The text that Node shows for code without a file: "eval at f (/app/x.js:3:5)". V8 tells it only through the
// call sites of an Error, by their methods, and no method may be called from inside an allocation (V8 may
// forbid JavaScript there and ends the process). So the Error is made at once, which runs no JavaScript, and
// read as soon as it is safe: at once when JavaScript has called us, else when V8 next looks for interrupts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "node_api_abi.h"
#include "v8_abi.h"

namespace slabscope::preload {

struct IsolateState;

/// A frame of a script without a file whose origin has not been learned.
struct UnknownOrigin {
  int script;
  v8::Location location;
};

/// The Errors of one isolate that wait to be read.
struct PendingOrigins {
  static constexpr uint32_t kRequests = 16;
  static constexpr uint32_t kFrames = 8;
  struct Request {
    v8::Address* error;  ///< strong handle
    uint32_t count;
    UnknownOrigin frames[kFrames];
  };
  Request requests[kRequests];
  uint32_t count;
};

/// Learns the origins of frames that are on the stack right now, or sees to it that they are learned soon;
/// then an EvalOrigin record is written for each. Under a handle scope. `javascript_allowed`: JavaScript has
/// called us.
void learnOrigins(IsolateState& state, const UnknownOrigin* frames, uint32_t count, bool javascript_allowed);

/// Whether the origin of `script` will be told by an EvalOrigin record.
bool isOriginPending(const IsolateState& state, int script);

bool evalOriginsAvailable();

}  // namespace slabscope::preload
