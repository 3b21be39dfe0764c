// SPDX-License-Identifier: Apache-2.0
// Advice as people read it.
#pragma once

#include <string>

#include "slabscope/analysis/advice.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// "small-slices-pin-slabs", "survivors-grow" and so on: what a kind of advice is called in JSON.
const char* nameOf(const Advice& advice);

/// Whom the advice is about.
recording::FrameId ownerOf(const Advice& advice);

/// One sentence without a line break: who, the figures, and what to do.
std::string adviceInWords(const Scan& scan, const Advice& advice);

}  // namespace slabscope::analysis
