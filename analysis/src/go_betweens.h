// SPDX-License-Identifier: Apache-2.0
// Machine code that only hands the wish for memory on.
#pragma once

#include <string_view>

namespace slabscope::analysis {

/// The beginning of the function's name by which it is known to be such code; empty where it is not.
std::string_view goBetween(std::string_view function);

/// Neither does code without a name say what memory is for, "(no symbol)" or module+offset.
bool isNameless(std::string_view function);

}  // namespace slabscope::analysis
