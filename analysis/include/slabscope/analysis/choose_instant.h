// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/result.h"

namespace slabscope::analysis {

/// The instant that a user means: "peak", "end", seconds since the start ("1.5"), or the name of a mark;
/// where a name was used more than once, "name#2" is its second use. What reads as a number is a time. The
/// error names the recording, the instant, and what there is instead.
Result<NamedInstant> chooseInstant(const Scan& scan, std::string_view text);

}  // namespace slabscope::analysis
