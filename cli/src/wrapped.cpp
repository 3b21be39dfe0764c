// SPDX-License-Identifier: Apache-2.0
#include "wrapped.h"

namespace slabscope::cli {

std::string wrapped(std::string_view text, size_t width, size_t indent) {
  std::string out;
  size_t column = 0;
  while (!text.empty()) {
    const size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    if (column != 0 && !word.empty() && column + word.size() > width) {
      while (out.ends_with(' ')) out.pop_back();
      out += '\n' + std::string(indent, ' ');
      column = indent;
    }
    out += word;
    column += word.size();
    if (space == std::string_view::npos) break;
    out += ' ';
    ++column;
    text.remove_prefix(space + 1);
  }
  return out;
}

}  // namespace slabscope::cli
