// SPDX-License-Identifier: Apache-2.0
#include "version.h"

#include <fmt/format.h>

#include "slabscope/recording/version.h"
#include "slabscope/wire/layout.h"

namespace slabscope::cli {

std::string versionText() {
  const recording::Formats formats = recording::readableFormats();
  return fmt::format("slabscope {} (recording formats {} to {}, shared memory {})",
                     recording::programVersion(), formats.first, formats.newest, wire::kVersion);
}

}  // namespace slabscope::cli
