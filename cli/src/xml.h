// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace slabscope::cli {

/// `text` as the content of an element or of an attribute in double quotes, in UTF-8. What XML 1.0 has no way
/// to write (most control characters, U+FFFE, U+FFFF, bytes that are no UTF-8) becomes U+FFFD.
std::string xmlEscaped(std::string_view text);

}  // namespace slabscope::cli
