// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/packages.h"

namespace slabscope::analysis {

std::string packageOf(std::string_view file) {
  constexpr std::string_view kFolder = "/node_modules/";
  if (file.starts_with("node:")) return "node";
  const size_t folder = file.rfind(kFolder);
  if (folder == std::string_view::npos) return {};
  const std::string_view below = file.substr(folder + kFolder.size());
  size_t end = below.find('/');
  if (below.starts_with('@') && end != std::string_view::npos) end = below.find('/', end + 1);
  // A file right in node_modules is nobody's.
  return end == std::string_view::npos ? std::string() : std::string(below.substr(0, end));
}

}  // namespace slabscope::analysis
