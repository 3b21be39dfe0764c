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
Result<std::optional<RunFigures>> readFigures(const Result<analysis::Scan>& scan, const DiffOptions& options,
                                              const std::string& at) {
  if (!scan) return scan.error();
  ProgressLine progress("replaying", scan->integrity.events);
  Result<RunFigures> run = analysis::runFigures(*scan, {at, options.from}, progress.callback());
  if (!run) return run.error();
  if (run->batches < scan->batches) return std::optional<RunFigures>();
  return std::optional(std::move(*run));
}

// One recording after the other, so that memory is that of one.
Result<std::vector<RunFigures>> read(const std::vector<std::string>& files, const DiffOptions& options,
                                     const std::string& at) {
  std::vector<RunFigures> runs;
  for (const std::string& file : files) {
    Result<std::optional<RunFigures>> run = std::optional<RunFigures>();
    if (at == "end" && options.from.empty()) run = readRunFigures(file, options.source_maps);
    if (run && !*run) run = readFigures(readStores(file, options.source_maps), options, at);
    // Damage in what readStores() does not look at.
    if (run && !*run) run = readFigures(readRecording(file, options.source_maps), options, at);
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

Result<> writeJunit(const DiffReport& report, const DiffOptions& options) {
  if (options.junit.empty()) return Nothing{};
  for (const auto* files : {&options.before, &options.after}) {
    for (const std::string& file : *files) {
      if (sameFile(options.junit, file))
        return Error{printable(file) + ": is a recording; give another file with --junit"};
    }
  }
  Result<Output> output = Output::open(options.junit, {});
  if (!output) return output.error();
  output->buffer().append(diffJunit(report));
  return output->finish();
}

// The status of the command.
int tellFailures(const DiffReport& report) {
  int status = kOk;
  for (const Verdict& verdict : report.verdicts) {
    if (!verdict.finding.holds) continue;
    complain(fmt::format("--fail-if '{}' holds: {}", shown(verdict.condition), verdict.finding.figures));
    status = kFound;
  }
  return status;
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
  const std::string& old_at = options.old_at.empty() ? options.at : options.old_at;
  Result<std::vector<RunFigures>> before = read(options.before, options, old_at);
  if (!before) return complain(before.error().message);
  Result<std::vector<RunFigures>> after = read(options.after, options, options.at);
  if (!after) return complain(after.error().message);

  DiffReport report{analysis::compare(std::move(*before), std::move(*after), options.per), {}, options.top};
  if (const std::string why = analysis::whyNotComparable(report.diff); !why.empty()) return complain(why);
  for (size_t i = 0; i < conditions.size(); ++i) {
    report.verdicts.push_back(
        {options.fail_if[i], check(conditions[i], report.diff), callersOf(conditions[i], report.diff)});
  }
  // First, since the terminal may be a pipe that was closed.
  if (const Result<> written = writeJunit(report, options); !written)
    return complain(written.error().message);
  const int printed = print(options.json ? dumpPretty(diffJson(report)) : diffText(report));
  return printed == kOk ? tellFailures(report) : printed;
}

}  // namespace slabscope::cli
