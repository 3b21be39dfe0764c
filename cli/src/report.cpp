// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "callers.h"
#include "commands.h"
#include "json_fields.h"
#include "output.h"
#include "progress.h"
#include "read_recording.h"
#include "slabscope/analysis/choose_instant.h"
#include "words.h"

namespace slabscope::cli {
namespace {

using analysis::NamedInstant;
using analysis::Scan;

int printCallers(const ReportOptions& options, const Scan& scan, const NamedInstant& at) {
  const Result<analysis::CostTable> table =
      withProgress("replaying", scan.integrity.events,
                   [&](const auto& progress) { return analysis::stackCosts(scan, at.instant, progress); });
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

Result<std::vector<NamedInstant>> chooseInstants(const ReportOptions& options, const Scan& scan) {
  if (options.at.empty()) return std::vector<NamedInstant>{{"end", scan.end}, {"peak", scan.peak}};
  Result<NamedInstant> chosen = analysis::chooseInstant(scan, options.at);
  if (!chosen) return chosen.error();
  return std::vector<NamedInstant>{*chosen};
}

int runCallers(const ReportOptions& options) {
  const Result<Scan> scan = readRecording(options.file, options.source_maps);
  if (!scan) return complain(scan.error().message);
  const Result<std::vector<NamedInstant>> instants = chooseInstants(options, *scan);
  if (!instants) return complain(instants.error().message);
  return printCallers(options, *scan, instants->front());
}

int printReport(const ReportOptions& options, Report report, const analysis::Evidence& evidence) {
  report.advice = analysis::adviseOn(report.scan, report.instants.front(), evidence);
  return print(options.json ? dumpPretty(reportJson(report)) : reportText(report));
}

// Nothing where the recording has to be read twice.
std::optional<int> printAtOnce(const ReportOptions& options) {
  Result<std::optional<analysis::WholeSurvey>> survey = surveyRecording(options.file, options.source_maps);
  if (!survey) return complain(survey.error().message);
  if (!*survey) return std::nullopt;
  analysis::WholeSurvey& found = **survey;
  Report report{found.scan, {}, options.top};
  report.instants.push_back(std::move(found.at_end));
  report.instants.push_back(std::move(found.at_peak));
  return printReport(options, std::move(report), found.evidence);
}

// Nothing where it turned out that the file is damaged where `scan` has not looked.
std::optional<int> printReport(const ReportOptions& options, const Result<Scan>& scan) {
  if (!scan) return complain(scan.error().message);
  const Result<std::vector<NamedInstant>> instants = chooseInstants(options, *scan);
  if (!instants) return complain(instants.error().message);
  auto found = withProgress("replaying", scan->integrity.events, [&](const auto& progress) {
    return analysis::survey(*scan, *instants, progress);
  });
  if (!found) return complain(found.error().message);
  if (found->batches < scan->batches) return std::nullopt;
  return printReport(options, {*scan, std::move(found->instants), options.top}, found->evidence);
}

}  // namespace

int runReport(const ReportOptions& options) {
  if (!options.by.empty() || !options.tree.empty()) return runCallers(options);
  if (options.at.empty()) {
    if (const auto status = printAtOnce(options)) return *status;
  }
  if (const auto status = printReport(options, readStores(options.file, options.source_maps))) return *status;
  if (const auto status = printReport(options, readRecording(options.file, options.source_maps)))
    return *status;
  return complain(printable(options.file) + ": the recording changes while it is read; try again");
}

}  // namespace slabscope::cli
