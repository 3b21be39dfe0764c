// SPDX-License-Identifier: Apache-2.0
#include "clone_watch.h"

#include <algorithm>
#include <string_view>

namespace slabscope::analysis {

using recording::Frame;
using recording::FrameId;
using recording::FrameKind;
using recording::StoreKind;

void CloneWatch::take(const recording::StoreAlloc& event, StoreKind kind) {
  if (kind == StoreKind::kPool) {
    by_size_.try_emplace(event.size);
    return;
  }
  const auto clones = by_size_.find(event.size);
  if (clones == by_size_.end()) return;
  switch (originOf(event.stack)) {
    case Origin::kClone:
      ++clones->second.by_owner[owners_.of(event.stack)];
      break;
    case Origin::kSnapshot:
      break;
    case Origin::kUnknown:
    case Origin::kOther:
      clones->second.size_is_taken = true;
  }
}

CloneWatch::Origin CloneWatch::originOf(recording::StackId stack) {
  if (stack.value >= origins_.size()) origins_.resize(stack.value + size_t{1});
  Origin& known = origins_[stack.value];
  if (known == Origin::kUnknown) known = findOrigin(stack);
  return known;
}

CloneWatch::Origin CloneWatch::findOrigin(recording::StackId stack) const {
  const recording::Definitions& definitions = scan_.definitions;
  for (const FrameId id : definitions.framesOf(stack)) {
    const Frame& frame = definitions.frame(id);
    const std::string_view function = definitions.string(frame.function);
    if (frame.kind == FrameKind::kNative) {
      if (function.starts_with("v8::internal::ValueDeserializer::")) return Origin::kClone;
      // Node's own first pool, made when node was built.
      if (function.starts_with("v8::internal::ContextDeserializer::")) return Origin::kSnapshot;
    } else if (function == "structuredClone" || function == "receiveMessageOnPort") {
      if (definitions.string(frame.file).starts_with("node:internal/worker/")) return Origin::kClone;
    }
  }
  return Origin::kOther;
}

std::vector<SlabCloner> CloneWatch::finish() const {
  std::map<FrameId, SlabCloner> by_owner;
  for (const auto& [size, clones] : by_size_) {
    if (clones.size_is_taken) continue;
    for (const auto& [owner, count] : clones.by_owner) {
      SlabCloner& cloner = by_owner[owner];
      cloner.owner = owner;
      cloner.clones += count;
      cloner.bytes += count * size;
    }
  }
  std::vector<SlabCloner> cloners;
  cloners.reserve(by_owner.size());
  for (const auto& [owner, cloner] : by_owner) cloners.push_back(cloner);
  std::stable_sort(cloners.begin(), cloners.end(),
                   [](const SlabCloner& a, const SlabCloner& b) { return a.bytes > b.bytes; });
  return cloners;
}

}  // namespace slabscope::analysis
