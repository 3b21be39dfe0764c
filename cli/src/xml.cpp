// SPDX-License-Identifier: Apache-2.0
#include "xml.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace slabscope::cli {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The JSON library knows what is UTF-8.
std::string validUtf8(std::string_view text) {
  const std::string json =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return nlohmann::json::parse(json).get<std::string>();
}

std::string escapedCharacter(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\t':
    case '\n':
    case '\r':
      // As they are, an attribute would have spaces in their place.
      return fmt::format("&#{};", static_cast<int>(c));
    default:
      return static_cast<unsigned char>(c) < 0x20 ? std::string(kReplacement) : std::string(1, c);
  }
}

}  // namespace

std::string xmlEscaped(std::string_view text) {
  const std::string valid = validUtf8(text);
  std::string escaped;
  for (size_t i = 0; i < valid.size(); ++i) {
    const std::string_view three = std::string_view(valid).substr(i, 3);
    if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
      escaped += kReplacement;
      i += 2;
    } else {
      escaped += escapedCharacter(valid[i]);
    }
  }
  return escaped;
}

}  // namespace slabscope::cli
