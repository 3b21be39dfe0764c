// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "diff.h"
#include "slabscope/analysis/diff_words.h"
#include "source_map_words.h"
#include "words.h"

namespace slabscope::cli {
namespace {

using analysis::CallerChange;
using analysis::CallerFigure;
using analysis::Change;
using analysis::deltaInWords;
using analysis::Diff;
using analysis::placeInWords;
using analysis::relativeInWords;
using analysis::RunFigures;
using analysis::Status;
using analysis::Unit;
using analysis::valueInWords;

// Of all metrics the ones that fit on a screen; --json has them all.
constexpr std::array<std::pair<const char*, const char*>, 17> kShown = {{
    {"store_bytes", "bytes of live stores"},
    {"stores", "stores alive"},
    {"slices", "slices alive"},
    {"slab_bytes", "bytes of slabs"},
    {"slabs", "slabs alive"},
    {"slab_live_bytes", "  live"},
    {"slab_dead_bytes", "  dead"},
    {"slab_gap_bytes", "  gaps"},
    {"slab_tail_bytes", "  tails"},
    {"utilisation", "  utilisation"},
    {"utilisation_p50", "    of a slab, median"},
    {"utilisation_p95", "    of a slab, 95th percentile"},
    {"allocations", "allocations"},
    {"bytes", "bytes allocated"},
    {"peak_store_bytes", "peak of live stores"},
    {"rss_max", "largest RSS seen"},
    {"collection_time", "time in collections"},
}};

std::string runInWords(const RunFigures& run) {
  std::string when = fmt::format("{} ({})", printable(run.at), secondsInWords(run.t));
  if (!run.from.empty())
    when = fmt::format("{} ({}) to {}", printable(run.from), secondsInWords(run.from_t), when);
  return fmt::format("{}  node {}, {}{}", printable(run.path), printable(run.node), when,
                     run.complete ? "" : ", incomplete");
}

// The first run, of either side, that differs in this from the first of all.
const RunFigures* differingRun(const Diff& diff, auto figure) {
  for (const auto* side : {&diff.before, &diff.after}) {
    for (const RunFigures& run : *side) {
      if (run.*figure != diff.before.front().*figure) return &run;
    }
  }
  return nullptr;
}

// What makes the comparison less sure.
std::string cautions(const Diff& diff) {
  std::string text;
  const RunFigures& first = diff.before.front();
  if (const RunFigures* other = differingRun(diff, &RunFigures::program))
    text +=
        fmt::format("! different programs: {} and {}\n", printable(first.program), printable(other->program));
  if (differingRun(diff, &RunFigures::node) != nullptr)
    text += "! different versions of node: their own allocations and the pool differ too\n";
  if (differingRun(diff, &RunFigures::missing) != nullptr)
    text +=
        "! the recordings do not have the same capabilities (slabscope info): a figure may be missing in "
        "one\n";
  for (const auto* side : {&diff.before, &diff.after}) {
    for (const RunFigures& run : *side) {
      if (const std::string maps = sourceMapWarning(run.source_maps); !maps.empty())
        text += "! " + maps + "\n";
      if (run.kept_from != 0)
        text += fmt::format(
            "! of {} the detail before {} was dropped (--max-size): allocations, bytes, collections and "
            "marks "
            "count from there\n",
            printable(run.path), secondsInWords(run.kept_from));
      if (run.knows_garbage) continue;
      text += fmt::format(
          "! {} has no full collection of its main isolate up to {}: what is held in it may be garbage\n",
          printable(run.path), printable(run.at));
    }
  }
  const Change& lost = diff.metric("lost_events");
  if (lost.before.high + lost.after.high > 0) {
    text += fmt::format("! {} and {} events were lost: figures may be too low\n",
                        valueInWords(lost.before.told, Unit::kCount),
                        valueInWords(lost.after.told, Unit::kCount));
  }
  return text;
}

bool knowsSlices(const std::vector<RunFigures>& side) {
  return std::all_of(side.begin(), side.end(), [](const RunFigures& run) { return run.knows_slices; });
}

std::string metricRows(const Diff& diff) {
  std::string text = fmt::format("  {:<30}{:>14}{:>14}{:>14}{:>11}\n", "", "old", "new", "change", "");
  for (const auto& [name, label] : kShown) {
    const Change& change = diff.metric(name);
    const analysis::Metric& metric = analysis::kMetrics.at(analysis::metricOf(name));
    const Unit unit = metric.unit;
    if (change.before.told == 0 && change.after.told == 0) continue;
    const bool is_known = diff.canCompare(metric);
    const auto told = [&](const std::vector<RunFigures>& side, const analysis::Span& value) {
      const bool lacks = metric.of_slices && !diff.slices_comparable && !knowsSlices(side);
      return lacks ? kNotKnown : valueInWords(value.told, unit);
    };
    text +=
        fmt::format("  {:<30}{:>14}{:>14}{:>14} {:>10}{}\n", label, told(diff.before, change.before),
                    told(diff.after, change.after), is_known ? deltaInWords(change.delta(), unit) : kNotKnown,
                    is_known ? relativeInWords(change.before.told, change.after.told) : "",
                    change.significant ? "  *" : "");
  }
  return text;
}

std::string callerRow(const CallerChange& caller, bool sums_comparable) {
  const Change& held = caller[CallerFigure::kHeldBytes];
  const Change& live = caller[CallerFigure::kLiveBytes];
  const Change& allocations = caller[CallerFigure::kAllocations];
  return fmt::format(
      "  {:<9}{:>12}{:>12}{:>13}{:>13}{:>13}  {}\n",
      caller.status == Status::kUnchanged ? "" : toString(caller.status),
      valueInWords(held.before.told, Unit::kBytes), valueInWords(held.after.told, Unit::kBytes),
      deltaInWords(held.delta(), Unit::kBytes), deltaInWords(live.delta(), Unit::kBytes),
      sums_comparable ? deltaInWords(allocations.delta(), Unit::kCount) : kNotKnown, placeInWords(caller));
}

std::string per(analysis::Per per) {
  if (per == analysis::Per::kSecond) return " (allocations: each second)";
  if (per == analysis::Per::kMark) return " (allocations: each mark)";
  return {};
}

std::string callerRows(const DiffReport& report) {
  const std::vector<CallerChange>& callers = report.diff.callers;
  const auto changed =
      static_cast<size_t>(std::count_if(callers.begin(), callers.end(), [](const CallerChange& one) {
        return one.status != Status::kUnchanged;
      }));
  if (!report.diff.slices_comparable)
    return "How callers changed is not known: slices were recorded on one side only\n";
  const bool sums_comparable = report.diff.sums_comparable;
  const char* in_what = sums_comparable ? "" : " in what they hold (of allocations nothing can be said)";
  if (changed == 0) {
    return fmt::format("No change beyond noise in {}{}\n", counted(callers.size(), "caller"), in_what);
  }
  std::string text =
      fmt::format("Callers that changed beyond noise{}{}\n  {:<9}{:>12}{:>12}{:>13}{:>13}{:>13}  caller\n",
                  in_what, per(report.diff.per), "", "held: old", "new", "change", "live", "allocations");
  for (size_t i = 0; i < std::min(changed, report.top); ++i) text += callerRow(callers[i], sums_comparable);
  if (changed > report.top)
    text += fmt::format("  ({} more; --top shows them)\n", countInWords(changed - report.top));
  text += fmt::format("  {} unchanged\n", counted(callers.size() - changed, "other caller"));
  return text;
}

}  // namespace

std::string diffText(const DiffReport& report) {
  const Diff& diff = report.diff;
  std::string text;
  for (const RunFigures& run : diff.before) text += "old  " + runInWords(run) + "\n";
  for (const RunFigures& run : diff.after) text += "new  " + runInWords(run) + "\n";
  text += cautions(diff);
  text += "\n" + callerRows(report) + "\n" + metricRows(diff);
  text += "  * beyond noise";
  if (diff.before.size() + diff.after.size() > 2) text += "; of several runs the median is shown";
  text += "\n";
  if (!diff.sums_comparable)
    text += fmt::format("  {} not known: a side lacks its beginning (--max-size); give --from\n", kNotKnown);
  if (!diff.slices_comparable) text += fmt::format("  {} not known: slices were not recorded\n", kNotKnown);
  return text;
}

}  // namespace slabscope::cli
