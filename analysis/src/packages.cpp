// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/packages.h"

#include <utility>

namespace slabscope::analysis {

using recording::FrameKind;

std::string packageOf(std::string_view file) {
  constexpr std::string_view kFolder = "node_modules/";
  if (file.starts_with("node:")) return "node";
  size_t folder = file.rfind(kFolder);
  // Not a folder whose name only ends like that.
  while (folder != std::string_view::npos && folder != 0 && file[folder - 1] != '/')
    folder = file.rfind(kFolder, folder - 1);
  if (folder == std::string_view::npos) return {};
  const std::string_view below = file.substr(folder + kFolder.size());
  size_t end = below.find('/');
  if (below.starts_with('@') && end != std::string_view::npos) end = below.find('/', end + 1);
  // A file right in node_modules is nobody's.
  return end == std::string_view::npos ? std::string() : std::string(below.substr(0, end));
}

CodeOwner codeOwnerOf(const recording::Definitions& definitions, recording::FrameId id,
                      std::string_view executable) {
  using Kind = CodeOwner::Kind;
  if (!id) return {Kind::kNobody, {}};
  const recording::Frame& frame = definitions.frame(id);
  const std::string& file = definitions.string(frame.file);
  std::string package = packageOf(file);
  if (file.starts_with("node:") || frame.kind == FrameKind::kBuiltin) return {Kind::kNode, {}};
  if (!package.empty()) return {Kind::kPackage, std::move(package)};
  if (frame.kind != FrameKind::kNative) return {Kind::kProject, {}};
  if (file.empty()) return {Kind::kNobody, {}};
  // Node's own sources are told as they were called when it was built.
  const bool of_node = file == executable || file.starts_with("../deps/") || file.starts_with("../src/");
  return {of_node ? Kind::kNode : Kind::kNative, {}};
}

}  // namespace slabscope::analysis
