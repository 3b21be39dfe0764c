// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "slabscope/recording/result.h"

namespace slabscope::recording {

/// Creates the file, or empties the one that is there, open for writing and readable by its owner alone. What
/// somebody else may have laid there for us is refused: a file or pipe of another user, and a link of one.
/// The descriptor is the caller's to close. The error names the file and what to do.
Result<int> createOutputFile(const std::string& path);

/// Likewise; what has that name, a link too, is removed first.
Result<int> createOutputFileAnew(const std::string& path);

}  // namespace slabscope::recording
