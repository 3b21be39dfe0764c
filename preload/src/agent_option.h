// SPDX-License-Identifier: Apache-2.0
// How the agent gets into the isolates: by `--require` in NODE_OPTIONS, which workers and children inherit.
#pragma once

namespace slabscope::preload {

/// nullptr, or why the agent must not be required: requiring it would end the program.
const char* whyNoAgent(int argc, char** argv, const char* agent_path);

/// Appends `--require "path"` to NODE_OPTIONS unless it is there. False when there is no memory.
bool requireAgent(const char* agent_path);

}  // namespace slabscope::preload
