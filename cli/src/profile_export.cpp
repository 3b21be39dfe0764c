// SPDX-License-Identifier: Apache-2.0
#include "profile_export.h"

#include <algorithm>

namespace slabscope::cli {

using analysis::Costs;

const std::vector<CostColumn> kCostColumns = {{"allocations", "count", &Costs::allocations},
                                              {"bytes", "bytes", &Costs::bytes},
                                              {"live_bytes", "bytes", &Costs::live_bytes},
                                              {"held_bytes", "bytes", &Costs::held_bytes}};

const CostColumn* costColumn(const std::string& name) {
  const auto found = std::find_if(kCostColumns.begin(), kCostColumns.end(),
                                  [&](const CostColumn& column) { return name == column.name; });
  return found != kCostColumns.end() ? &*found : nullptr;
}

ProfileFrame profileFrame(const recording::Definitions& definitions, recording::FrameId id) {
  const recording::Frame& frame = definitions.frame(id);
  const std::string& function = definitions.string(frame.function);
  return {function.empty() ? "(anonymous)" : function, definitions.string(frame.file), frame.line,
          frame.column};
}

ProfileFrame noStackFrame() {
  return {.function = "(no stack)", .file = {}};
}

ProfileFrame unknownHolderFrame() {
  return {.function = "(holder unknown)", .file = {}};
}

std::string labelOf(const ProfileFrame& frame) {
  if (frame.file.empty()) return frame.function;
  std::string place = frame.file;
  if (frame.line != 0) place += fmt::format(":{}", frame.line);
  if (frame.line != 0 && frame.column != 0) place += fmt::format(":{}", frame.column);
  return fmt::format("{} ({})", frame.function, place);
}

}  // namespace slabscope::cli
