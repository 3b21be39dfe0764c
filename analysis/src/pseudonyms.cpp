// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/pseudonyms.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "go_betweens.h"

namespace slabscope::analysis {
namespace {

using recording::FrameKind;

constexpr std::string_view kOfNode = "node:";
constexpr const char* kFolder = "folder";
constexpr const char* kFile = "file";

// Code that has no file, as Node calls it.
constexpr std::array<std::string_view, 6> kNoFiles = {
    "<anonymous>", "[eval]", "[eval]-wrapper", "[stdin]", "[stdin]-wrapper", "evalmachine.<anonymous>"};

constexpr std::array<std::string_view, 6> kSchemes = {"file://", "http://",    "https://",
                                                      "wasm://", "webpack://", "data:"};

constexpr std::array<std::string_view, 16> kExtensions = {".c",    ".cc", ".cjs",  ".cpp", ".cts", ".h",
                                                          ".hpp",  ".js", ".json", ".jsx", ".mjs", ".mts",
                                                          ".node", ".so", ".ts",   ".tsx"};

// Of these the words are slabscope's own; of others they may be an error's of the program, or name files.
constexpr std::array<std::string_view, 7> kOwnWords = {
    "native-frames", "native-frames-beneath", "native-frames-between", "native-stacks",
    "shared-kind",   "whole-stacks",          "worker-agents"};

template <class List>
bool contains(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string_view extensionOf(std::string_view name) {
  const size_t dot = name.rfind('.');
  const std::string_view extension = dot == std::string_view::npos ? std::string_view() : name.substr(dot);
  return contains(kExtensions, extension) ? extension : std::string_view();
}

}  // namespace

std::string Pseudonyms::pseudonym(const char* what, std::string_view name) {
  auto& numbers = numbers_[what];
  const auto found = numbers.find(name);
  const size_t number = found != numbers.end()
                            ? found->second
                            : numbers.emplace(std::string(name), numbers.size() + 1).first->second;
  return what + std::to_string(number);
}

std::string Pseudonyms::path(std::string_view path, const char* last) {
  std::string renamed;
  for (const std::string_view scheme : kSchemes) {
    if (!path.starts_with(scheme)) continue;
    renamed = scheme;
    path.remove_prefix(scheme.size());
    break;
  }
  bool is_package = false;
  for (;;) {
    const size_t slash = path.find('/');
    const bool is_last = slash == std::string_view::npos;
    const std::string_view part = path.substr(0, slash);
    const bool is_scope = is_package && !is_last && part.starts_with('@');
    if (part.empty() || part == "." || part == ".." || part == "node_modules" ||
        (is_package && !is_last && kept_.packages)) {
      renamed += part;
    } else if (is_package && !is_last) {
      renamed += is_scope ? "@" + pseudonym("scope", part) : pseudonym("package", part);
    } else if (is_last) {
      renamed.append(pseudonym(last, part)).append(last == kFile ? extensionOf(part) : "");
    } else {
      renamed += pseudonym(kFolder, part);
    }
    if (is_last) return renamed;
    is_package = part == "node_modules" || is_scope;
    renamed += '/';
    path.remove_prefix(slash + 1);
  }
}

void Pseudonyms::rename(recording::Header& header) {
  executable_ = header.executable;
  header.argv = recording::withoutArguments(header.argv);
  header.arguments_left_out = true;
  header.working_directory = header.working_directory.empty() ? "" : path(header.working_directory, kFolder);
  header.executable = file(header.executable);
}

std::string Pseudonyms::file(std::string_view file) {
  if (file.empty() || file.starts_with(kOfNode) || contains(kNoFiles, file)) return std::string(file);
  // The text tells where the code was made.
  if (file.starts_with("eval at ")) return "eval at " + pseudonym("place", file);
  return path(file, kFile);
}

std::string Pseudonyms::function(FrameKind kind, std::string_view file, std::string_view function) {
  const bool is_known = kind == FrameKind::kBuiltin || file.starts_with(kOfNode) ||
                        (kind == FrameKind::kNative && file == executable_);
  if (function.empty() || is_known || kept_.functions) return std::string(function);
  std::string renamed = pseudonym("function", function);
  if (kind != FrameKind::kNative) return renamed;
  if (isNameless(function)) return "(" + renamed + ")";
  return std::string(goBetween(function)) + renamed;
}

std::string Pseudonyms::mark(std::string_view name) {
  return kept_.marks || name.empty() ? std::string(name) : pseudonym("mark", name);
}

std::string Pseudonyms::detail(const recording::Capability& capability) {
  const bool stays = capability.detail.empty() || contains(kOwnWords, capability.name);
  return stays ? capability.detail : "slabscope anonymize left out why";
}

}  // namespace slabscope::analysis
