// SPDX-License-Identifier: Apache-2.0
// Figures of a diff as people read them.
#pragma once

#include <string>

#include "slabscope/analysis/diff.h"

namespace slabscope::analysis {

/// "62.5 MiB", "1,234", "35.2 ms", "59.0 %". No sign but that of a negative value.
std::string valueInWords(double value, Unit unit);
/// The same with a sign: "+62.5 MiB"; what rounds to zero has none: "0 B".
std::string deltaInWords(double delta, Unit unit);
/// "+12.5 %", "-100.0 %", "0 %" of what rounds to it; "new" where there was nothing before, "same" where
/// nothing is different.
std::string relativeInWords(double before, double after);
/// "handler  src/app.js:10:5"; where it stood before, if it was moved: "handler  src/app.js:10:5 (was 8:5)".
std::string placeInWords(const CallerChange& caller);
/// Why a list of what is new and gone would say nothing: two programs without a caller in common. Else "".
std::string whyNotComparable(const Diff& diff);

}  // namespace slabscope::analysis
