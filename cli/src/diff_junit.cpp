// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "diff.h"
#include "slabscope/analysis/diff_words.h"
#include "words.h"
#include "xml.h"

namespace slabscope::cli {
namespace {

using analysis::CallerChange;
using analysis::CallerFigure;
using analysis::Unit;

constexpr size_t kShownCallers = 10;

std::string callerLine(const CallerChange& caller) {
  const analysis::Change& held = caller[CallerFigure::kHeldBytes];
  return fmt::format("{}  held {} -> {}, live {}, allocations {}\n", analysis::placeInWords(caller),
                     analysis::valueInWords(held.before.told, Unit::kBytes),
                     analysis::valueInWords(held.after.told, Unit::kBytes),
                     analysis::deltaInWords(caller[CallerFigure::kLiveBytes].delta(), Unit::kBytes),
                     analysis::deltaInWords(caller[CallerFigure::kAllocations].delta(), Unit::kCount));
}

// Where viewers of test results lead to: the line that changed most.
std::string placeAttributes(const std::vector<const CallerChange*>& callers) {
  if (callers.empty()) return {};
  const analysis::CallerPlace& place = callers.front()->place();
  if (place.file.empty() || place.line == 0) return {};
  return fmt::format(R"( file="{}" line="{}")", xmlEscaped(place.file), place.line);
}

std::string testcase(const Verdict& verdict) {
  const std::string begin =
      fmt::format(R"(    <testcase classname="slabscope.diff" name="{}")", xmlEscaped(verdict.condition));
  if (!verdict.finding.holds) return begin + "/>\n";
  std::string text = fmt::format("--fail-if {}\n{}\n", verdict.condition, verdict.finding.figures);
  for (size_t i = 0; i < std::min(verdict.callers.size(), kShownCallers); ++i)
    text += callerLine(*verdict.callers[i]);
  return fmt::format("{}{}>\n      <failure type=\"fail-if\" message=\"{}\">{}</failure>\n    </testcase>\n",
                     begin, placeAttributes(verdict.callers), xmlEscaped(verdict.finding.figures),
                     xmlEscaped(text));
}

}  // namespace

std::string diffJunit(const DiffReport& report) {
  const auto failures = std::count_if(report.verdicts.begin(), report.verdicts.end(),
                                      [](const Verdict& verdict) { return verdict.finding.holds; });
  const std::string counts =
      fmt::format(R"(tests="{}" failures="{}" errors="0" skipped="0")", report.verdicts.size(), failures);
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"slabscope diff\" {}>\n"
      "  <testsuite name=\"{}\" {}>\n",
      counts, xmlEscaped("slabscope diff " + report.diff.after.front().program), counts);
  for (const Verdict& verdict : report.verdicts) text += testcase(verdict);
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace slabscope::cli
