// SPDX-License-Identifier: Apache-2.0
// How the shim gets the collector's memory.
#pragma once

namespace slabscope::preload {

/// Asks the collector named in the environment for memory, or starts a collector of this process's own, and
/// maps what it gives. No descriptor stays open. False: this process is not recorded.
bool attachToCollector(const char* collector_program);

}  // namespace slabscope::preload
