// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// Goes forward to the nearest snapshot that is not after the instant, where that saves reading: `live` is
/// then what was alive there. Else nothing happens. Returns whether it went.
bool startNear(const Scan& scan, const Instant& at, recording::Reader& reader, LiveSet& live);

}  // namespace slabscope::analysis
