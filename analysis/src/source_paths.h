// SPDX-License-Identifier: Apache-2.0
// Names of sources in a map, as paths.
#pragma once

#include <string>
#include <string_view>

namespace slabscope::analysis {

/// `source`, as a map in `folder` names it below its `root` (sourceRoot, may be empty): an absolute path
/// where it is one or is relative to the map. Bundlers name sources by the project's folder
/// ("webpack://app/./src/a.ts"), which is looked for in `folder` and above; not found, the name begins with
/// "./".
std::string sourcePath(std::string_view source, std::string_view root, const std::string& folder);

}  // namespace slabscope::analysis
