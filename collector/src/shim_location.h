// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "slabscope/recording/result.h"

namespace slabscope::collector {

inline constexpr std::string_view kShimName = "libslabscope_preload.so";

/// The absolute path of the shim: `given`, or where a build or an installation puts it as seen from the
/// running executable. The shim and the agent beside it have been found readable, and the dynamic loader can
/// be told the path.
Result<std::string> locateShim(const std::string& given);

}  // namespace slabscope::collector
