// SPDX-License-Identifier: Apache-2.0
// In file: and data: URLs, by which Node and source maps name files.
#pragma once

#include <string>
#include <string_view>

namespace slabscope::recording {

/// The bytes that %XX stand for; a % without two digits stays.
std::string percentDecoded(std::string_view text);

}  // namespace slabscope::recording
