// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace slabscope::preload {

/// Writes that a capability is there, or is missing and why. The latest word on a name counts.
void tellCapability(const char* name, bool present, const char* why_missing);

}  // namespace slabscope::preload
