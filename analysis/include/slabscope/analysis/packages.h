// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace slabscope::analysis {

/// Which package a source file belongs to: "name" or "@scope/name" below the innermost node_modules, "node"
/// for Node's own modules, "" for the project itself and for what is no file.
std::string packageOf(std::string_view file);

}  // namespace slabscope::analysis
