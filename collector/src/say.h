// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace slabscope::collector {

/// One line on stderr, with the prefix "slabscope: ", written at once so that it is not torn by the program's
/// own output.
void say(std::string_view text);

/// "X: No such file or directory" for the errno value `error`.
std::string withReason(std::string_view what, int error);

}  // namespace slabscope::collector
