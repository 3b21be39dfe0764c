// SPDX-License-Identifier: Apache-2.0
// Finds the source map of a generated file: the comment at its end names it, or holds it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "slabscope/recording/result.h"

namespace slabscope::analysis {

struct GeneratedFile {
  std::string text;
  uint64_t changed_unix_ns = 0;  ///< of the file and of its map the later one
};

struct SourceMapText {
  std::string json;
  std::string folder;  ///< that its sources are relative to
};

/// The regular file's text and time. Nothing when there is none that can be read, or it is larger than any
/// program.
std::optional<GeneratedFile> readGenerated(const std::string& path);

/// What stands behind the last "//# sourceMappingURL=" that has a line of its own; empty without one.
std::string_view mappingUrl(std::string_view text);

/// The map that `generated`, the file at `path`, names. Nothing when it names none or the named file is not
/// there. The error says what is wrong with it.
Result<std::optional<SourceMapText>> mapOf(const std::string& path, GeneratedFile& generated);

/// Nothing when the text is not base64.
std::optional<std::string> base64Decoded(std::string_view text);

}  // namespace slabscope::analysis
