// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace slabscope::collector {

/// What a frame's file is called in a recording: the decoded path for an ES module's file URL (without query
/// and fragment, as url.fileURLToPath gives it), everything else as V8 names it.
std::string fileOfScript(std::string_view script);

}  // namespace slabscope::collector
