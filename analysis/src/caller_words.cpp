// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/caller_words.h"

#include <fmt/format.h>

#include "slabscope/analysis/packages.h"
#include "slabscope/analysis/words.h"

namespace slabscope::analysis {

namespace {

std::string packageInWords(const CodeOwner& owner) {
  using Kind = CodeOwner::Kind;
  switch (owner.kind) {
    case Kind::kProject:
      return "(the project's own code)";
    case Kind::kPackage:
      return printable(owner.package);
    case Kind::kNode:
      return "(node)";
    case Kind::kNative:
      return "(native libraries)";
    case Kind::kNobody:
      break;
  }
  return "(unknown)";
}

}  // namespace

const char* nameOf(Grouping grouping) {
  switch (grouping) {
    case Grouping::kLine:
      return "line";
    case Grouping::kFunction:
      return "function";
    case Grouping::kFile:
      return "file";
    case Grouping::kPackage:
      break;
  }
  return "package";
}

std::string callerInWords(const Scan& scan, recording::FrameId id, Grouping grouping) {
  const recording::Definitions& definitions = scan.definitions;
  const std::string& directory = scan.header.working_directory;
  if (!id) return "(no stack)";
  if (grouping == Grouping::kPackage)
    return packageInWords(codeOwnerOf(definitions, id, scan.header.executable));
  const recording::Frame& frame = definitions.frame(id);
  const std::string& file = definitions.string(frame.file);
  if (grouping == Grouping::kFile)
    return file.empty() ? fmt::format("({})", recording::toString(frame.kind)) : shortPath(file, directory);
  std::string words = callerInWords(definitions, id, directory);
  if (grouping == Grouping::kLine || file.empty()) return words;
  // The place ends with its line and column.
  for (const uint32_t number : {frame.column, frame.line}) {
    const std::string end = fmt::format(":{}", number);
    if (number != 0 && words.ends_with(end)) words.resize(words.size() - end.size());
  }
  return words;
}

}  // namespace slabscope::analysis
