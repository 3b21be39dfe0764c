// SPDX-License-Identifier: Apache-2.0
// Node 18's Buffer.from(string) reserves as many bytes as the string could need, writes, and where it needed
// fewer constructs a second, shorter Buffer at the same offset; the first is garbage at once. The recording
// shows one slice.
#pragma once

#include "event_queue.h"
#include "stack_table.h"

namespace slabscope::collector {

enum class TrimSearch {
  kDone,  ///< the slice in front is final: it is no reservation, was not trimmed, or has been given its final
          ///< length
  kTooEarly  ///< what its thread does next is not in the queue yet
};

/// Looks whether the event in front is a reservation that is trimmed further back in the queue. If so the
/// front takes over length and id, and the second construction becomes std::monostate.
TrimSearch mergeTrim(EventQueue& queue, const StackTable& stacks);

}  // namespace slabscope::collector
