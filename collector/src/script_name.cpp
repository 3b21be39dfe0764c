// SPDX-License-Identifier: Apache-2.0
#include "script_name.h"

#include <cstddef>

namespace slabscope::collector {

namespace {

int hexDigit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::string percentDecoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size()) {
      int high = hexDigit(text[at + 1]);
      int low = hexDigit(text[at + 2]);
      if (high >= 0 && low >= 0) {
        decoded.push_back(static_cast<char>(high * 16 + low));
        at += 2;
        continue;
      }
    }
    decoded.push_back(text[at]);
  }
  return decoded;
}

}  // namespace

std::string fileOfScript(std::string_view script) {
  constexpr std::string_view kScheme = "file://";
  // A third slash: no host. In a URL a name's own ? and # are escaped, so that the first one ends the path.
  if (!script.starts_with("file:///")) return std::string(script);
  std::string_view path = script.substr(kScheme.size());
  return percentDecoded(path.substr(0, path.find_first_of("?#")));
}

}  // namespace slabscope::collector
