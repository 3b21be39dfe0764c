// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <algorithm>
#include <utility>

#include "callers.h"
#include "commands.h"
#include "json_fields.h"
#include "output.h"
#include "progress.h"
#include "read_recording.h"
#include "slabscope/analysis/choose_instant.h"

namespace slabscope::cli {
namespace {

using analysis::NamedInstant;
using analysis::Scan;

// Calls read(progress) behind a progress line.
template <class Read>
auto withProgress(const char* what, const Scan& scan, Read read) {
  ProgressLine progress(what, scan.integrity.events);
  return read(progress.callback());
}

int printCallers(const ReportOptions& options, const Scan& scan, const NamedInstant& at) {
  const Result<analysis::CostTable> table = withProgress("replaying", scan, [&](const auto& progress) {
    return analysis::stackCosts(scan, at.instant, progress);
  });
  if (!table) return complain(table.error().message);
  const auto* by = std::find(kCallerGroupings.begin(), kCallerGroupings.end(), options.by);
  const CallersView view{.scan = scan,
                         .table = *table,
                         .at = at,
                         .grouping = by == kCallerGroupings.end()
                                         ? analysis::Grouping::kLine
                                         : static_cast<analysis::Grouping>(by - kCallerGroupings.begin()),
                         .frames = options.all_frames ? analysis::Frames::kAll : analysis::Frames::kOwners,
                         .cost = *costColumn(options.cost),
                         .top = options.top,
                         .depth = options.depth};
  if (options.tree.empty()) {
    const auto rows = analysis::callerTable(scan, *table, view.grouping, view.frames);
    return print(options.json ? dumpPretty(callersJson(view, rows)) : callersText(view, rows));
  }
  const auto direction =
      options.tree == "top-down" ? analysis::Direction::kTopDown : analysis::Direction::kBottomUp;
  const analysis::CallerTree tree = analysis::callerTree(scan, *table, direction, view.grouping, view.frames);
  return print(options.json ? dumpPretty(callersJson(view, tree, direction))
                            : callersText(view, tree, direction));
}

int printReport(const ReportOptions& options, const Scan& scan, const std::vector<NamedInstant>& instants) {
  auto found = withProgress("replaying", scan,
                            [&](const auto& progress) { return analysis::survey(scan, instants, progress); });
  if (!found) return complain(found.error().message);
  Report report{scan, std::move(found->instants), options.top};
  report.advice = analysis::adviseOn(scan, report.instants.front(), found->evidence);
  return print(options.json ? dumpPretty(reportJson(report)) : reportText(report));
}

}  // namespace

int runReport(const ReportOptions& options) {
  const Result<Scan> scan = readRecording(options.file, options.source_maps);
  if (!scan) return complain(scan.error().message);

  std::vector<NamedInstant> instants = {{"end", scan->end}, {"peak", scan->peak}};
  if (!options.at.empty()) {
    Result<NamedInstant> chosen = analysis::chooseInstant(*scan, options.at);
    if (!chosen) return complain(chosen.error().message);
    instants = {*chosen};
  }
  if (!options.by.empty() || !options.tree.empty()) return printCallers(options, *scan, instants.front());
  return printReport(options, *scan, instants);
}

}  // namespace slabscope::cli
