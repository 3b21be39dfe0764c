// SPDX-License-Identifier: Apache-2.0
// Figures of a diff as people read them.
#pragma once

#include <string>

#include "slabscope/analysis/diff.h"

namespace slabscope::cli {

/// "62.5 MiB", "1,234", "35.2 ms", "59.0 %". No sign but that of a negative value.
std::string valueInWords(double value, analysis::Unit unit);
/// The same with a sign: "+62.5 MiB"; "0 B" without one.
std::string deltaInWords(double delta, analysis::Unit unit);
/// "+12.5 %", "-100.0 %"; "new" where there was nothing before, "same" where nothing is different.
std::string relativeInWords(double before, double after);
/// "handler  src/app.js:10:5"; where it stood before, if it was moved: "handler  src/app.js:10:5 (was 8:5)".
std::string placeInWords(const analysis::CallerChange& caller);

}  // namespace slabscope::cli
