// SPDX-License-Identifier: Apache-2.0
// The same caller in two recordings, whatever its ids: found by function and file, and by where in the
// function its call stands, so that lines added above it do not make it another one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// A caller in words that mean the same in every recording.
struct CallerPlace {
  recording::FrameKind kind = recording::FrameKind::kJs;
  std::string function;
  std::string file;     ///< as comparableFile() gives it
  std::string package;  ///< as packageOf() gives it
  uint32_t line = 0;
  uint32_t column = 0;
  friend bool operator==(const CallerPlace&, const CallerPlace&) = default;
};

/// A file's name without what differs from one checkout to the next: relative to the recording's working
/// directory, from the package's name on where it is in node_modules; of machine code the module's name
/// alone.
std::string comparableFile(recording::FrameKind kind, std::string_view file,
                           std::string_view working_directory);

/// For each of `others` the index of the same caller among `known`, none twice; nothing where there is none.
///
/// Files are the same when their names are; of those that are left, when they share their last components
/// with one of the other side and with no other as many. Within one function of one file, calls are the same
/// that stand at the same column and were all moved by the same number of lines, the largest such group
/// first; what is left is matched in order when it is as many on both sides.
std::vector<std::optional<size_t>> matchCallers(const std::vector<CallerPlace>& known,
                                                const std::vector<CallerPlace>& others);

}  // namespace slabscope::analysis
