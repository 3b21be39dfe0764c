// SPDX-License-Identifier: Apache-2.0
#include "caller_paths.h"

#include <utility>

#include "slabscope/analysis/packages.h"

namespace slabscope::analysis {

using recording::Frame;
using recording::FrameId;

CallerPaths::CallerPaths(const Scan& scan, Grouping grouping, Frames frames)
    : scan_(scan),
      owners_(scan.definitions),
      grouping_(grouping),
      frames_(frames),
      known_(scan.definitions.frameCount() + 1) {}

std::vector<uint32_t> CallerPaths::of(recording::StackId stack) {
  std::vector<uint32_t> path;
  const std::vector<FrameId> frames =
      frames_ == Frames::kOwners ? owners_.pathOf(stack) : scan_.definitions.framesOf(stack);
  for (const FrameId frame : frames) {
    const uint32_t caller = callerOf(frame);
    if (path.empty() || path.back() != caller) path.push_back(caller);
  }
  if (path.empty()) path.push_back(callerOf({}));
  return path;
}

uint32_t CallerPaths::callerOf(FrameId frame) {
  uint32_t& known = known_[frame.value < known_.size() ? frame.value : 0];
  if (known != 0) return known - 1;
  const auto [place, is_new] =
      by_key_.emplace(frame ? keyOf(frame) : std::string(), static_cast<uint32_t>(frames_of_.size()));
  if (is_new) frames_of_.push_back(frame);
  known = place->second + 1;
  return place->second;
}

// Never empty: that is the key of no frame at all.
std::string CallerPaths::keyOf(FrameId id) const {
  const recording::Definitions& definitions = scan_.definitions;
  if (grouping_ == Grouping::kPackage) {
    const CodeOwner owner = codeOwnerOf(definitions, id, scan_.header.executable);
    return std::to_string(static_cast<int>(owner.kind)) + owner.package;
  }
  const Frame& frame = definitions.frame(id);
  std::string key = std::to_string(static_cast<int>(frame.kind)) + definitions.string(frame.file);
  if (grouping_ == Grouping::kFile) return key;
  key += '\0' + definitions.string(frame.function);
  if (grouping_ == Grouping::kFunction) return key;
  return key + '\0' + std::to_string(frame.line) + ':' + std::to_string(frame.column);
}

}  // namespace slabscope::analysis
