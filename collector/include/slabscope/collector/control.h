// SPDX-License-Identifier: Apache-2.0
// Controls a recording from outside.
#pragma once

#include <sys/types.h>

#include <string>

#include "slabscope/recording/result.h"

namespace slabscope::collector {

/// The longest name of a mark, in bytes.
inline constexpr size_t kMaxMarkName = 1024;

/// Asks the collector that records the process `pid`, or the collector `pid` itself for all that it records,
/// to do `request`: "start", "stop", or "mark NAME". Blocks for a few seconds at most. Returns what was done,
/// in words; the error is one line that names the process.
Result<std::string> control(pid_t pid, const std::string& request);

}  // namespace slabscope::collector
