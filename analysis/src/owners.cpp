// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/owners.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace slabscope::analysis {

using recording::Frame;
using recording::FrameId;
using recording::FrameKind;
using recording::StackId;

namespace {

constexpr int kSaysNothing = 0;
constexpr int kNativeCode = 1;
constexpr int kOfNode = 2;
constexpr int kOfTheProgram = 3;

// Machine code that only hands the wish for memory on.
constexpr std::string_view kGoBetweens[] = {
    "v8::",
    "node::NodeArrayBufferAllocator::",
    "node::Environment::allocate_managed_buffer",
    "node::AllocatedBuffer::",
    "node::Buffer::New",
    "operator new",
    "std::",
};

bool saysWhatFor(std::string_view function) {
  // Neither does code without a name, "(no symbol)" or module+offset.
  if (function.starts_with('(') || function.find("+0x") != std::string_view::npos) return false;
  // Instances of a template are told with their result: "int v8::internal::Deserializer<…".
  const size_t word = function.find_first_of(" <(");
  if (word != std::string_view::npos && function[word] == ' ') function.remove_prefix(word + 1);
  return std::none_of(std::begin(kGoBetweens), std::end(kGoBetweens),
                      [&](std::string_view prefix) { return function.starts_with(prefix); });
}

}  // namespace

Owners::Owners(const recording::Definitions& definitions)
    : definitions_(definitions), known_(definitions.stackCount() + 1) {}

int Owners::rank(FrameId id) const {
  const Frame& frame = definitions_.frame(id);
  if (frame.kind == FrameKind::kNative)
    return saysWhatFor(definitions_.string(frame.function)) ? kNativeCode : kSaysNothing;
  if (frame.kind == FrameKind::kBuiltin) return kSaysNothing;
  return definitions_.string(frame.file).starts_with("node:") ? kOfNode : kOfTheProgram;
}

FrameId Owners::of(StackId stack) const {
  if (!stack || stack.value >= known_.size()) return {};
  FrameId& known = known_[stack.value];
  if (known) return known;
  int best = -1;
  for (const FrameId frame : definitions_.framesOf(stack)) {
    const int here = rank(frame);
    if (here <= best) continue;
    best = here;
    known = frame;
    if (best == kOfTheProgram) break;
  }
  return known;
}

std::vector<FrameId> Owners::pathOf(StackId stack) const {
  const FrameId owner = of(stack);
  if (!owner) return {};
  std::vector<FrameId> path = definitions_.framesOf(stack);
  const int best = rank(owner);
  std::erase_if(path, [&](FrameId frame) { return rank(frame) != best; });
  return path;
}

bool Owners::isOfTheProgram(FrameId frame) const {
  return frame && rank(frame) == kOfTheProgram;
}

}  // namespace slabscope::analysis
