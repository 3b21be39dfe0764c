// SPDX-License-Identifier: Apache-2.0
// Exports that other tools read: what each stack has cost up to an instant, without its history.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/stack_costs.h"

namespace slabscope::cli {

/// One figure of analysis::Costs, as it is called in every format.
struct CostColumn {
  const char* name;
  const char* unit;  ///< as pprof says: "bytes" or "count"
  uint64_t analysis::Costs::*value;
};
extern const std::vector<CostColumn> kCostColumns;
/// nullptr when no figure has the name.
const CostColumn* costColumn(const std::string& name);

/// What an export is made of. Both outlive it.
struct Profile {
  const analysis::Scan& scan;
  const analysis::CostTable& table;
  analysis::Instant at;
};

/// A frame as a profile names it.
struct ProfileFrame {
  std::string function;  ///< never empty
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
};
ProfileFrame profileFrame(const recording::Definitions& definitions, recording::FrameId id);
/// Stands for the stack where there is none, and for what nobody is known to hold.
ProfileFrame noStackFrame();
ProfileFrame unknownHolderFrame();
/// "function (file:line:column)"
std::string labelOf(const ProfileFrame& frame);

/// One line a stack: its labels, outermost first, between semicolons, then the figure. Figures of 0 are left
/// out. What flamegraph.pl and inferno read.
void writeFolded(const Profile& profile, const CostColumn& column, fmt::memory_buffer& out);
/// One row a stack, with the line that answers for it; a first row has the names. RFC 4180.
void writeCsv(const Profile& profile, fmt::memory_buffer& out);
/// speedscope's file format: one sampled profile for each figure.
void writeSpeedscope(const Profile& profile, fmt::memory_buffer& out);
/// A gzipped profile.proto with all figures.
void writePprof(const Profile& profile, fmt::memory_buffer& out);

}  // namespace slabscope::cli
