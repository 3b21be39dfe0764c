// SPDX-License-Identifier: Apache-2.0
// Callers of callers.h as people read them.
#pragma once

#include <string>

#include "slabscope/analysis/callers.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// "line", "function", "file", "package"
const char* nameOf(Grouping grouping);

/// A caller as the grouping sees it: "keep  cache.js:41:7", "keep  cache.js", "cache.js", "ws".
std::string callerInWords(const Scan& scan, recording::FrameId id, Grouping grouping);

}  // namespace slabscope::analysis
