// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "fail_if.h"
#include "slabscope/analysis/diff_words.h"

namespace slabscope::cli {
namespace {

using analysis::CallerFigure;
using analysis::relativeInWords;
using analysis::Unit;
using analysis::valueInWords;

bool matchesGlob(const std::string& glob, const std::string& text) {
  return fnmatch(glob.c_str(), text.c_str(), 0) == 0;
}

// A file is also found by its last components: cache.js finds src/cache.js.
bool matchesFile(const std::string& glob, const std::string& file) {
  if (matchesGlob(glob, file)) return true;
  for (size_t slash = file.find('/'); slash != std::string::npos; slash = file.find('/', slash + 1)) {
    if (matchesGlob(glob, file.substr(slash + 1))) return true;
  }
  return false;
}

bool matches(const Filter& filter, const analysis::CallerPlace& place) {
  switch (filter.key) {
    case Filter::Key::kFunction:
      return matchesGlob(filter.glob, place.function);
    case Filter::Key::kFile:
      return matchesFile(filter.glob, place.file);
    case Filter::Key::kPackage:
      return matchesGlob(filter.glob, place.package);
    case Filter::Key::kKind:
      return matchesGlob(filter.glob, recording::toString(place.kind));
  }
  return false;
}

bool matchesAll(const std::vector<Filter>& filters, const analysis::CallerChange& caller) {
  return std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
    return (caller.in_before && matches(filter, caller.before)) ||
           (caller.in_after && matches(filter, caller.after));
  });
}

bool isAbout(const Condition& condition, const analysis::CallerChange& caller) {
  if (condition.kind == Condition::Kind::kComparison) return matchesAll(condition.comparison.filters, caller);
  return std::any_of(condition.parts.begin(), condition.parts.end(),
                     [&](const Condition& part) { return isAbout(part, caller); });
}

struct Values {
  double before = 0;
  double after = 0;
  Unit unit = Unit::kBytes;
};

Values sum(const analysis::Diff& diff, const std::vector<Filter>& filters, CallerFigure figure) {
  Values values{0, 0, figure == CallerFigure::kAllocations ? Unit::kCount : Unit::kBytes};
  for (const analysis::CallerChange& caller : diff.callers) {
    if (!matchesAll(filters, caller)) continue;
    values.before += caller[figure].before.told;
    values.after += caller[figure].after.told;
  }
  return values;
}

double ratio(double held, double live) {
  return live == 0 ? 0 : held / live;
}

Values valuesOf(const Comparison& comparison, const analysis::Diff& diff) {
  if (comparison.filters.empty()) {
    const size_t metric = analysis::metricOf(comparison.figure);
    const analysis::Change& change = diff.metrics.at(metric);
    return {change.before.told, change.after.told, analysis::kMetrics.at(metric).unit};
  }
  if (comparison.figure == "amplification") {
    const Values held = sum(diff, comparison.filters, CallerFigure::kHeldBytes);
    const Values live = sum(diff, comparison.filters, CallerFigure::kLiveBytes);
    return {ratio(held.before, live.before), ratio(held.after, live.after), Unit::kRatio};
  }
  for (size_t i = 0; i < analysis::kCallerFigures; ++i) {
    const auto figure = static_cast<CallerFigure>(i);
    if (comparison.figure == analysis::toString(figure)) return sum(diff, comparison.filters, figure);
  }
  return {};
}

bool holds(Operator op, double left, double right) {
  switch (op) {
    case Operator::kGreater:
      return left > right;
    case Operator::kGreaterOrEqual:
      return left >= right;
    case Operator::kLess:
      return left < right;
    case Operator::kLessOrEqual:
      return left <= right;
    case Operator::kEqual:
      return left == right;
    case Operator::kNotEqual:
      return left != right;
  }
  return false;
}

double relative(double before, double after) {
  if (before == after) return 0;
  if (before == 0) return std::copysign(std::numeric_limits<double>::infinity(), after);
  return (after - before) / before;
}

// Figures of callers have the names of metrics too.
std::string whatSidesLack(const Comparison& comparison, const analysis::Diff& diff) {
  const analysis::Metric& metric = analysis::kMetrics.at(analysis::metricOf(comparison.figure));
  std::string words;
  if (metric.is_sum && !diff.sums_comparable) words += " (a side lacks its beginning)";
  if (metric.of_slices && !diff.slices_comparable) words += " (a side lacks slices)";
  return words;
}

Finding check(const Comparison& comparison, const analysis::Diff& diff) {
  const Values values = valuesOf(comparison, diff);
  double compared = values.after;
  if (comparison.is_delta) compared = values.after - values.before;
  if (comparison.is_percent) compared = relative(values.before, values.after);
  std::string name = comparison.figure;
  if (!comparison.filters.empty()) name += " of these callers";
  name += whatSidesLack(comparison, diff);
  return {holds(comparison.op, compared, comparison.value),
          fmt::format("{} {} -> {} ({})", name, valueInWords(values.before, values.unit),
                      valueInWords(values.after, values.unit), relativeInWords(values.before, values.after))};
}

// Adds the figures of all that is compared to `figures`, each once: a share and a number of bytes are often
// asked of one.
bool evaluate(const Condition& condition, const analysis::Diff& diff, std::vector<std::string>& figures) {
  if (condition.kind == Condition::Kind::kComparison) {
    Finding finding = check(condition.comparison, diff);
    if (std::find(figures.begin(), figures.end(), finding.figures) == figures.end())
      figures.push_back(std::move(finding.figures));
    return finding.holds;
  }
  bool all = true;
  bool any = false;
  for (const Condition& part : condition.parts) {
    const bool holds = evaluate(part, diff, figures);
    all = all && holds;
    any = any || holds;
  }
  return condition.kind == Condition::Kind::kAll ? all : any;
}

}  // namespace

Finding check(const Condition& condition, const analysis::Diff& diff) {
  std::vector<std::string> figures;
  const bool holds = evaluate(condition, diff, figures);
  return {holds, fmt::format("{}", fmt::join(figures, ", "))};
}

std::vector<const analysis::CallerChange*> callersOf(const Condition& condition, const analysis::Diff& diff) {
  std::vector<const analysis::CallerChange*> callers;
  for (const analysis::CallerChange& caller : diff.callers) {
    const bool is_first = callers.empty() || callers.front()->status == analysis::Status::kUnchanged;
    if (caller.status == analysis::Status::kUnchanged && !is_first) break;
    if (isAbout(condition, caller)) callers.push_back(&caller);
  }
  return callers;
}

}  // namespace slabscope::cli
