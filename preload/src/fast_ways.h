// SPDX-License-Identifier: Apache-2.0
// What is done in a fast way where that holds can be done in the sure way always: for tests, and for who
// suspects one.
#pragma once

namespace slabscope::preload {

/// Unless SLABSCOPE_WITHOUT in the environment, a list with commas, has the name. `name` is that of a
/// capability.
bool isWayWanted(const char* name);

}  // namespace slabscope::preload
