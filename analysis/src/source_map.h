// SPDX-License-Identifier: Apache-2.0
// Looks positions up in a source map (revision 3), index maps included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slabscope/recording/result.h"

namespace slabscope::analysis {

/// From 0; columns count UTF-16 units.
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Origin {
  std::string source;  ///< as the map names it
  std::string root;    ///< sourceRoot, which `source` is below
  Position at;
  std::string name;    ///< what the map says is called there in the source; empty when it does not
  Position generated;  ///< where in the generated file the piece of code begins that this is about
};

/// For each of `positions` (sorted, distinct) in the generated file where it came from; nothing where the map
/// says nothing. Takes memory for the map's text but not for its mappings. Any text is harmless; the error
/// says, in words that go behind "its source map", what is wrong.
Result<std::vector<std::optional<Origin>>> originsOf(std::string_view text,
                                                     const std::vector<Position>& positions);

}  // namespace slabscope::analysis
