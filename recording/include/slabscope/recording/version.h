// SPDX-License-Identifier: Apache-2.0
// Which slabscope this is, and which recordings it reads.
#pragma once

#include <cstdint>
#include <string_view>

namespace slabscope::recording {

/// "0.1.0", or with the commits since: cmake/Version.cmake. What a recording names as its writer.
std::string_view programVersion();

/// The formats that are read and written: from the first to the newest.
struct Formats {
  uint32_t first;
  uint32_t newest;
};
Formats readableFormats();

}  // namespace slabscope::recording
