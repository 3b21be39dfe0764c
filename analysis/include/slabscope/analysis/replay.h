// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/result.h"

namespace slabscope::analysis {

/// Called with the place of the instant in the list, and what is alive then.
using AtInstant = std::function<void(size_t index, const LiveSet& live)>;

/// Reads the recording once more, no further than needed, and calls `visit` once for each of the instants, in
/// the order of time. The error is that of a file that cannot be opened any more.
Result<> replay(const Scan& scan, const std::vector<Instant>& instants, const AtInstant& visit,
                const Progress& progress = {});

}  // namespace slabscope::analysis
