// SPDX-License-Identifier: Apache-2.0
#include "callers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "slabscope/analysis/packages.h"
#include "words.h"

namespace slabscope::cli {

using analysis::Grouping;

namespace {

std::string packageInWords(const analysis::CodeOwner& owner) {
  using Kind = analysis::CodeOwner::Kind;
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

std::string callerInWords(const CallersView& view, recording::FrameId id) {
  const recording::Definitions& definitions = view.scan.definitions;
  const std::string& directory = view.scan.header.working_directory;
  if (!id) return "(no stack)";
  if (view.grouping == Grouping::kPackage)
    return packageInWords(analysis::codeOwnerOf(definitions, id, view.scan.header.executable));
  const recording::Frame& frame = definitions.frame(id);
  const std::string& file = definitions.string(frame.file);
  if (view.grouping == Grouping::kFile)
    return file.empty() ? fmt::format("({})", recording::toString(frame.kind)) : shortPath(file, directory);
  std::string words = analysis::callerInWords(definitions, id, directory);
  if (view.grouping == Grouping::kLine || file.empty()) return words;
  // The place ends with its line and column.
  for (const uint32_t number : {frame.column, frame.line}) {
    const std::string end = fmt::format(":{}", number);
    if (number != 0 && words.ends_with(end)) words.resize(words.size() - end.size());
  }
  return words;
}

std::vector<const analysis::CallerRow*> inOrder(const CallersView& view,
                                                const std::vector<analysis::CallerRow>& rows) {
  std::vector<const analysis::CallerRow*> sorted;
  sorted.reserve(rows.size());
  for (const analysis::CallerRow& row : rows) sorted.push_back(&row);
  const auto costs = [&](const analysis::CallerRow* row) {
    return std::pair(row->self.costs.*view.cost.value, row->total.costs.*view.cost.value);
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto* a, const auto* b) { return costs(a) > costs(b); });
  return sorted;
}

}  // namespace slabscope::cli
