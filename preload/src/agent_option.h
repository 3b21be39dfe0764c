// SPDX-License-Identifier: Apache-2.0
// How the agent gets into the isolates: by `--require` in NODE_OPTIONS, which workers inherit. Children do
// not: exec_family takes it out again, and where the shim runs in them too it puts its own in.
#pragma once

#include <cstddef>

namespace slabscope::preload {

/// nullptr, or why the agent must not be required: requiring it would end the program.
const char* whyNoAgent(int argc, char** argv, const char* agent_path);

/// Appends `--require "path"` to NODE_OPTIONS unless it is there. False when there is no memory.
bool requireAgent(const char* agent_path);

/// Whether requireAgent() has put it there.
bool hasRequiredAgent();
/// Whether an entry of an environment sets NODE_OPTIONS.
bool isNodeOptions(const char* entry);
/// Whether an entry sets a variable that means nothing to other programs than this.
bool isOwnVariable(const char* entry);
/// Writes the entry, one that sets NODE_OPTIONS, to `room` without what requireAgent() put there; `room` must
/// be as large as the entry. Returns its length, 0 when nothing is left.
size_t withoutAgent(const char* entry, char* room);

}  // namespace slabscope::preload
