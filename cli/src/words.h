// SPDX-License-Identifier: Apache-2.0
// Numbers and names are told in the words of the analysis, so that every window says the same.
#pragma once

#include "slabscope/analysis/words.h"

namespace slabscope::cli {

using analysis::bytesInWords;
using analysis::callerInWords;
using analysis::counted;
using analysis::countInWords;
using analysis::durationInWords;
using analysis::factorInWords;
using analysis::printable;
using analysis::secondsInWords;
using analysis::shareInWords;

/// In the place of a figure that is not known.
inline constexpr const char* kNotKnown = "?";

}  // namespace slabscope::cli
