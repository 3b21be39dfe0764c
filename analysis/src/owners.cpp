// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/owners.h"

namespace slabscope::analysis {

using recording::Frame;
using recording::FrameId;
using recording::FrameKind;
using recording::StackId;

namespace {
constexpr int kOfTheProgram = 2;
}

Owners::Owners(const recording::Definitions& definitions)
    : definitions_(definitions), known_(definitions.stackCount() + 1) {}

int Owners::rank(FrameId id) const {
  const Frame& frame = definitions_.frame(id);
  if (frame.kind != FrameKind::kJs && frame.kind != FrameKind::kWasm) return 0;
  return definitions_.string(frame.file).starts_with("node:") ? 1 : kOfTheProgram;
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

}  // namespace slabscope::analysis
