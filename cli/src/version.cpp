// SPDX-License-Identifier: Apache-2.0
#include "version.h"

#include <fmt/format.h>

namespace slabscope::cli {

std::string versionText() {
  return fmt::format("slabscope {} (recording format {})", SLABSCOPE_VERSION, kRecordingFormat);
}

}  // namespace slabscope::cli
