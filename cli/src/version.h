// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace slabscope::cli {

/// The format of recordings that this version reads and writes.
inline constexpr uint32_t kRecordingFormat = 1;

/// "slabscope 0.1.0 (recording format 1)"
std::string versionText();

}  // namespace slabscope::cli
