// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "slabscope/analysis/scan.h"

namespace slabscope::cli {

/// What makes figures of the recording less than exact or complete, a line each, with newlines: losses, an
/// early end, what was dropped, paused or left out, and capabilities that are missing. Empty when nothing
/// does.
std::string scanWarnings(const analysis::Scan& scan);

/// In the place of the holder of a slab that has none, as far as is known.
const char* unknownHolderInWords(const analysis::Scan& scan);

}  // namespace slabscope::cli
