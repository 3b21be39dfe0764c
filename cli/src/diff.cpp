// SPDX-License-Identifier: Apache-2.0
#include "diff.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "commands.h"
#include "fail_if.h"
#include "json_fields.h"
#include "output.h"
#include "progress.h"
#include "read_recording.h"
#include "slabscope/analysis/diff_words.h"
#include "words.h"

namespace slabscope::cli {
namespace {

using analysis::RunFigures;

// Nothing where fewer batches could be read than the scan has seen.
Result<std::optional<RunFigures>> readFigures(const Result<analysis::Scan>& scan,
                                              const DiffOptions& options) {
  if (!scan) return scan.error();
  ProgressLine progress("replaying", scan->integrity.events);
  Result<RunFigures> run = analysis::runFigures(*scan, {options.at, options.from}, progress.callback());
  if (!run) return run.error();
  if (run->batches < scan->batches) return std::optional<RunFigures>();
  return std::optional(std::move(*run));
}

// One recording after the other, so that memory is that of one.
Result<std::vector<RunFigures>> read(const std::vector<std::string>& files, const DiffOptions& options) {
  std::vector<RunFigures> runs;
  for (const std::string& file : files) {
    Result<std::optional<RunFigures>> run = readFigures(readStores(file, options.source_maps), options);
    // Damage in what readStores() does not look at.
    if (run && !*run) run = readFigures(readRecording(file, options.source_maps), options);
    if (!run) return run.error();
    if (!*run) return Error{printable(file) + ": the recording changes while it is read; try again"};
    runs.push_back(std::move(**run));
  }
  return runs;
}

constexpr size_t kShownOfCondition = 200;

// For an error message, which is one line on a terminal.
std::string shown(const std::string& condition) {
  if (condition.size() <= kShownOfCondition) return printable(condition);
  return printable(condition.substr(0, kShownOfCondition)) + "…";
}

}  // namespace

int runDiff(const DiffOptions& options) {
  std::vector<Condition> conditions;
  for (const std::string& text : options.fail_if) {
    Result<Condition> condition = parseCondition(text);
    if (!condition)
      return complain(fmt::format("--fail-if '{}': {}", shown(text), condition.error().message));
    conditions.push_back(std::move(*condition));
  }
  Result<std::vector<RunFigures>> before = read(options.before, options);
  if (!before) return complain(before.error().message);
  Result<std::vector<RunFigures>> after = read(options.after, options);
  if (!after) return complain(after.error().message);

  DiffReport report{analysis::compare(std::move(*before), std::move(*after), options.per), {}, options.top};
  if (const std::string why = analysis::whyNotComparable(report.diff); !why.empty()) return complain(why);
  for (size_t i = 0; i < conditions.size(); ++i) {
    Finding finding = check(conditions[i], report.diff);
    if (finding.holds) report.failures.push_back({options.fail_if[i], std::move(finding.figures)});
  }
  const int printed = print(options.json ? dumpPretty(diffJson(report)) : diffText(report));
  if (printed != kOk || report.failures.empty()) return printed;
  for (const Failure& failure : report.failures)
    complain(fmt::format("--fail-if '{}' holds: {}", shown(failure.condition), failure.figures));
  return kFound;
}

}  // namespace slabscope::cli
