// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace slabscope::cli {

/// "slabscope 0.1.0 (recording formats 1 to 2, shared memory 3)": the latter is what shim and collector must
/// agree on.
std::string versionText();

}  // namespace slabscope::cli
