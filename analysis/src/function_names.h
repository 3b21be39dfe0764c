// SPDX-License-Identifier: Apache-2.0
// Where in a program's text a function got its name: there a source map tells what it was called before a
// minifier renamed it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "source_map.h"

namespace slabscope::analysis {

class FunctionNames {
 public:
  /// `text` must outlive this.
  explicit FunctionNames(std::string_view text);

  /// The name's place in the declaration "function name(…) {…}" whose body holds `inside`: the nearest one
  /// before it. Nothing where there is none, where its braces cannot be told from those in text, or where the
  /// line holds more than ASCII before either place (columns count otherwise then).
  std::optional<Position> declarationOf(std::string_view function, Position inside) const;

 private:
  std::optional<size_t> offsetOf(Position at) const;
  Position positionOf(size_t offset) const;

  std::string_view text_;
  std::vector<size_t> lines_;  // where each begins
};

}  // namespace slabscope::analysis
