// SPDX-License-Identifier: Apache-2.0
#include "source_paths.h"

#include <filesystem>
#include <system_error>

#include "slabscope/recording/percent_encoding.h"

namespace slabscope::analysis {
namespace {

namespace fs = std::filesystem;

// "webpack://app/./src/a.ts" and "webpack:///src/a.ts" are src/a.ts of the project.
std::string ofProject(std::string_view below_scheme, const fs::path& folder) {
  const size_t slash = below_scheme.find('/');
  std::string_view rest = slash == std::string_view::npos ? below_scheme : below_scheme.substr(slash + 1);
  rest = rest.substr(0, rest.find('?'));  // webpack tells variants of a module apart by a query
  const fs::path relative = fs::path(rest).lexically_normal();
  if (relative.is_absolute()) return relative.string();
  for (fs::path at = folder; !at.empty(); at = at.parent_path()) {
    std::error_code ignored;
    if (fs::is_regular_file(at / relative, ignored)) return (at / relative).lexically_normal().string();
    if (at == at.parent_path()) break;
  }
  return "./" + relative.string();
}

}  // namespace

std::string sourcePath(std::string_view source, std::string_view root, const std::string& folder) {
  std::string whole(source);
  const bool stands_alone = source.starts_with('/') || source.find("://") != std::string_view::npos;
  if (!root.empty() && !stands_alone) whole = std::string(root) + (root.ends_with('/') ? "" : "/") + whole;
  const size_t scheme = whole.find("://");
  if (scheme == std::string::npos) return (fs::path(folder) / whole).lexically_normal().string();
  const std::string_view name = std::string_view(whole).substr(0, scheme);
  const std::string_view below = std::string_view(whole).substr(scheme + 3);
  if (name == "file") return fs::path(recording::percentDecoded(below)).lexically_normal().string();
  if (name == "http" || name == "https") return whole;
  return ofProject(below, folder);
}

}  // namespace slabscope::analysis
