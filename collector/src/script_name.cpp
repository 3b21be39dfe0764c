// SPDX-License-Identifier: Apache-2.0
#include "script_name.h"

#include "slabscope/recording/percent_encoding.h"

namespace slabscope::collector {

std::string fileOfScript(std::string_view script) {
  constexpr std::string_view kScheme = "file://";
  // A third slash: no host. In a URL a name's own ? and # are escaped, so that the first one ends the path.
  if (!script.starts_with("file:///")) return std::string(script);
  std::string_view path = script.substr(kScheme.size());
  return recording::percentDecoded(path.substr(0, path.find_first_of("?#")));
}

}  // namespace slabscope::collector
