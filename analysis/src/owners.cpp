// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/owners.h"

#include <algorithm>
#include <string_view>

#include "go_betweens.h"

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

bool saysWhatFor(std::string_view function) {
  return !isNameless(function) && goBetween(function).empty();
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

FrameId Owners::find(StackId stack) const {
  if (!stack || stack.value > definitions_.stackCount()) return {};
  if (stack.value >= known_.size()) known_.resize(definitions_.stackCount() + 1);
  FrameId& known = known_[stack.value];
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
