// SPDX-License-Identifier: Apache-2.0
#include "diff.h"
#include "json_fields.h"

namespace slabscope::cli {
namespace {

using analysis::CallerChange;
using analysis::CallerFigure;
using analysis::Change;
using nlohmann::ordered_json;

ordered_json runsJson(const std::vector<analysis::RunFigures>& runs) {
  ordered_json list = ordered_json::array();
  for (const analysis::RunFigures& run : runs) {
    ordered_json& json = list.emplace_back();
    json = {{"file", run.path},
            {"node", run.node},
            {"program", run.program},
            {"at", run.at},
            {"t_ns", run.t},
            {"complete", run.complete},
            {"knows_garbage", run.knows_garbage},
            {"missing", run.missing}};
    if (!run.from.empty()) json["from"] = run.from;
    if (!run.from.empty() || run.kept_from != 0) json["from_ns"] = run.from_t;
    addSourceMaps(run.source_maps, json);
  }
  return list;
}

ordered_json changeJson(const Change& change) {
  return {{"before", change.before.told},
          {"before_range", {change.before.low, change.before.high}},
          {"after", change.after.told},
          {"after_range", {change.after.low, change.after.high}},
          {"delta", change.delta()},
          {"relative", change.before.told == 0 ? ordered_json() : ordered_json(change.relative())},
          {"significant", change.significant}};
}

ordered_json placeJson(const analysis::CallerPlace& caller, bool is_there) {
  if (!is_there) return {};
  return {{"file", caller.file}, {"line", place(caller.line)}, {"column", place(caller.column)}};
}

ordered_json callerJson(const CallerChange& caller) {
  ordered_json json = {{"status", toString(caller.status)},
                       {"function", caller.place().function},
                       {"kind", recording::toString(caller.place().kind)},
                       {"package", caller.place().package},
                       {"before", placeJson(caller.before, caller.in_before)},
                       {"after", placeJson(caller.after, caller.in_after)}};
  for (size_t i = 0; i < analysis::kCallerFigures; ++i)
    json[analysis::toString(static_cast<CallerFigure>(i))] = changeJson(caller.figures.at(i));
  return json;
}

const char* perInWords(analysis::Per per) {
  switch (per) {
    case analysis::Per::kSecond:
      return "second";
    case analysis::Per::kMark:
      return "mark";
    case analysis::Per::kRun:
      break;
  }
  return "run";
}

}  // namespace

ordered_json diffJson(const DiffReport& report) {
  const analysis::Diff& diff = report.diff;
  ordered_json metrics;
  for (size_t i = 0; i < analysis::kMetrics.size(); ++i)
    metrics[analysis::kMetrics.at(i).name] = changeJson(diff.metrics.at(i));
  ordered_json callers = ordered_json::array();
  for (size_t i = 0; i < diff.callers.size() && i < report.top; ++i)
    callers.push_back(callerJson(diff.callers[i]));
  ordered_json failures = ordered_json::array();
  for (const Verdict& verdict : report.verdicts) {
    if (verdict.finding.holds)
      failures.push_back({{"condition", verdict.condition}, {"figures", verdict.finding.figures}});
  }
  ordered_json json = {{"schema", 1},
                       {"before", runsJson(diff.before)},
                       {"after", runsJson(diff.after)},
                       {"per", perInWords(diff.per)},
                       {"changed", !diff.isUnchanged()},
                       {"metrics", std::move(metrics)},
                       {"callers", std::move(callers)},
                       {"other_callers", diff.callers.size() - std::min(report.top, diff.callers.size())},
                       {"failures", std::move(failures)}};
  for (const analysis::Metric& metric : analysis::kMetrics) {
    if (!diff.canCompare(metric)) json["not_comparable"].push_back(metric.name);
  }
  return json;
}

}  // namespace slabscope::cli
