// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/buffer_factory.h"

#include <iterator>
#include <string_view>

namespace slabscope::analysis {

using recording::Frame;
using recording::FrameKind;
using recording::StackId;

namespace {

struct Named {
  std::string_view function;
  Factory factory;
};

// The first of these that is on the stack says what the wish was: each goes through some of the later ones.
constexpr Named kFactoriesByName[] = {
    {"fromStringFast", Factory::kFromString},
    {"createFromString", Factory::kFromString},
    {"copyBytesFrom", Factory::kCopyBytesFrom},
    {"concat", Factory::kConcat},
    {"fromArrayLike", Factory::kFromArray},
    {"allocateAligned", Factory::kAllocUnsafeAligned},
    {"allocUnsafeSlow", Factory::kAllocUnsafeSlow},
    {"allocUnsafe", Factory::kAllocUnsafe},
    {"alloc", Factory::kAlloc},
};

bool cutsFromPool(std::string_view function) {
  return function == "allocate" || function == "allocateAligned" || function == "fromStringFast" ||
         function == "fromArrayLike";
}

bool makesOwnStore(std::string_view function) {
  return function == "createUnsafeBuffer" || function == "createUnsafeAlignedBuffer";
}

}  // namespace

Requests::Requests(const recording::Definitions& definitions)
    : definitions_(definitions), known_(definitions.stackCount() + 1) {}

Request Requests::of(StackId stack) const {
  if (!stack || stack.value >= known_.size()) return {};
  Known& known = known_[stack.value];
  if (!known.is) known = {true, lookUp(stack)};
  return known.request;
}

Request Requests::lookUp(StackId stack) const {
  Request request;
  size_t best = std::size(kFactoriesByName);
  bool own_store = false;
  bool asked = false;
  for (StackId at = stack; at; at = definitions_.stack(at).parent) {
    const Frame& frame = definitions_.frame(definitions_.stack(at).frame);
    // Machine code and built-in functions lie above Node's JavaScript where they are recorded.
    if (frame.kind == FrameKind::kNative || frame.kind == FrameKind::kBuiltin) continue;
    const std::string_view file = definitions_.string(frame.file);
    const std::string_view function = definitions_.string(frame.function);
    if (file == "node:internal/buffer") {
      own_store |= makesOwnStore(function);
      continue;
    }
    if (file != "node:buffer") {
      if (!asked) request.origin = ViewOrigin::kOther;
      break;
    }
    if (!asked)
      request.origin = !own_store && cutsFromPool(function) ? ViewOrigin::kPool : ViewOrigin::kOther;
    asked = true;
    for (size_t i = 0; i < best; ++i) {
      if (function == kFactoriesByName[i].function) best = i;
    }
  }
  if (best < std::size(kFactoriesByName)) request.factory = kFactoriesByName[best].factory;
  return request;
}

}  // namespace slabscope::analysis
