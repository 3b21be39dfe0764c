// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "slabscope/analysis/source_map_summary.h"

namespace slabscope::cli {

/// One line, without newline, about source maps that could not be used; empty when there is none.
std::string sourceMapWarning(const analysis::SourceMapSummary& maps);

}  // namespace slabscope::cli
