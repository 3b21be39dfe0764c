// SPDX-License-Identifier: Apache-2.0
#include <iterator>

#include "folded.h"
#include "profile_export.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/packages.h"
#include "slabscope/analysis/run_figures.h"

namespace slabscope::cli {
namespace {

// Always in quotes: some readers guess at the type of what stands bare.
std::string quoted(const std::string& text) {
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

// What no other recording has, wherever its file goes: no two begin in one nanosecond with the same pid.
std::string recordingId(const recording::Header& header) {
  return fmt::format("{:x}-{}", header.start_unix_ns, header.pid);
}

// The same in every row: so that many files make one table.
std::string recordingFields(const analysis::Scan& scan) {
  const recording::Header& header = scan.header;
  return fmt::format(",{},{},{},{},{},{}", quoted(recordingId(header)), quoted(scan.path),
                     quoted(analysis::programOf(header)), quoted(scan.definitions.runtime("node")),
                     header.pid, header.start_unix_ns);
}

void writeRow(uint64_t stack, const ProfileFrame& owner, const std::string& package,
              const analysis::Costs& costs, const std::string& frames, const std::string& recording,
              fmt::memory_buffer& out) {
  fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{}", stack, quoted(owner.function),
                 quoted(owner.file), owner.line, owner.column, quoted(package));
  for (const CostColumn& column : kCostColumns)
    fmt::format_to(std::back_inserter(out), ",{}", costs.*column.value);
  fmt::format_to(std::back_inserter(out), ",{}{}\r\n", quoted(frames), recording);
}

}  // namespace

void writeCsv(const Profile& profile, fmt::memory_buffer& out) {
  const recording::Definitions& definitions = profile.scan.definitions;
  const analysis::Owners owners(definitions);
  out.append(std::string_view("stack,function,file,line,column,package"));
  for (const CostColumn& column : kCostColumns) fmt::format_to(std::back_inserter(out), ",{}", column.name);
  out.append(std::string_view(",frames,recording,recording_file,program,node,pid,start_unix_ns\r\n"));
  const std::string recording = recordingFields(profile.scan);
  for (const analysis::StackCosts& stack : profile.table.stacks) {
    const recording::FrameId owner = owners.of(stack.stack);
    const ProfileFrame frame = owner ? profileFrame(definitions, owner) : noStackFrame();
    writeRow(stack.stack.value, frame, analysis::packageOf(frame.file), stack.costs,
             foldedStack(definitions, stack.stack), recording, out);
  }
  if (profile.table.unknown_held_bytes == 0) return;
  analysis::Costs unknown;
  unknown.held_bytes = profile.table.unknown_held_bytes;
  writeRow(0, unknownHolderFrame(), "", unknown, unknownHolderFrame().function, recording, out);
}

}  // namespace slabscope::cli
