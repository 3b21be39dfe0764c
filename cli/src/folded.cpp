// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "folded.h"
#include "profile_export.h"

namespace slabscope::cli {
namespace {

// A semicolon divides frames, a line break stacks.
std::string foldable(std::string label) {
  for (char& c : label) {
    if (c == ';') c = ',';
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return label;
}

}  // namespace

std::string foldedStack(const recording::Definitions& definitions, recording::StackId stack) {
  std::vector<recording::FrameId> frames = definitions.framesOf(stack);
  if (frames.empty()) return noStackFrame().function;
  std::string text;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    if (!text.empty()) text += ';';
    text += foldable(labelOf(profileFrame(definitions, *frame)));
  }
  return text;
}

void writeFolded(const Profile& profile, const CostColumn& column, fmt::memory_buffer& out) {
  const auto write = [&](const std::string& stack, uint64_t value) {
    if (value != 0) fmt::format_to(std::back_inserter(out), "{} {}\n", stack, value);
  };
  for (const analysis::StackCosts& stack : profile.table.stacks)
    write(foldedStack(profile.scan.definitions, stack.stack), stack.costs.*column.value);
  if (column.value == &analysis::Costs::held_bytes)
    write(unknownHolderFrame().function, profile.table.unknown_held_bytes);
}

}  // namespace slabscope::cli
