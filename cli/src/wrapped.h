// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace slabscope::cli {

/// Breaks the text at spaces, so that no line has more than `width` bytes where that can be, and indents all
/// lines but the first.
std::string wrapped(std::string_view text, size_t width, size_t indent);

}  // namespace slabscope::cli
