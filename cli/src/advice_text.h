// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "slabscope/analysis/advice.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::cli {

/// "slabs-pinned", "survivors-grow" and so on: what a kind of advice is called in JSON.
const char* nameOf(const analysis::Advice& advice);

/// Whom the advice is about.
recording::FrameId ownerOf(const analysis::Advice& advice);

/// One sentence without a line break: who, the figures, and what to do.
std::string adviceInWords(const analysis::Scan& scan, const analysis::Advice& advice);

/// Breaks the text at spaces, so that no line has more than `width` bytes where that can be, and indents all
/// lines but the first.
std::string wrapped(std::string_view text, size_t width, size_t indent);

}  // namespace slabscope::cli
