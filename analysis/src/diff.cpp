// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/diff.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace slabscope::analysis {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Span together(const std::vector<Span>& runs) {
  std::vector<double> told;
  Span side{0, runs.front().low, runs.front().high};
  for (const Span& run : runs) {
    told.push_back(run.told);
    side.low = std::min(side.low, run.low);
    side.high = std::max(side.high, run.high);
  }
  side.told = median(std::move(told));
  return side;
}

Span divided(Span span, double by) {
  return {span.told / by, span.low / by, span.high / by};
}

using Spans = std::vector<Span>::const_iterator;

double spread(Spans first, Spans last) {
  const auto [least, most] =
      std::minmax_element(first, last, [](const Span& a, const Span& b) { return a.told < b.told; });
  return most->told - least->told;
}

// One caller, and its figures in each run: first the old ones, then the new ones.
struct Caller {
  CallerPlace latest;
  std::optional<CallerPlace> before;
  std::optional<CallerPlace> after;
  std::vector<std::array<Span, kCallerFigures>> runs;
};

class Comparison {
 public:
  explicit Comparison(Diff& diff)
      : diff_(diff), before_(diff.before.size()), runs_(before_ + diff.after.size()) {
    for (const auto* side : {&diff.before, &diff.after}) {
      for (const RunFigures& run : *side)
        slab_ = std::max({slab_, static_cast<double>(run.slab_size), Noise::kBytes});
    }
  }

  void compareMetrics() {
    for (size_t i = 0; i < kMetrics.size(); ++i) {
      std::vector<Span> spans;
      for (size_t run = 0; run < runs_; ++run) {
        const bool grows_with_time = kMetrics[i].is_sum && std::string_view(kMetrics[i].name) != "marks";
        spans.push_back(grows_with_time ? divided(runAt(run).metrics[i], divisor(run))
                                        : runAt(run).metrics[i]);
      }
      diff_.metrics[i] = changeOf(spans, kMetrics[i].unit, leastShare(kMetrics[i]));
      if (!diff_.canCompare(kMetrics[i])) diff_.metrics[i].significant = false;
    }
  }

  void compareCallers() {
    for (size_t run = 0; run < runs_; ++run) addRun(run);
    for (const Caller& caller : callers_) diff_.callers.push_back(changeOf(caller));
    const auto key = [](const CallerChange& caller) {
      const auto size = [&](CallerFigure figure) { return std::fabs(caller[figure].delta()); };
      return std::tuple(caller.status != Status::kUnchanged, size(CallerFigure::kHeldBytes),
                        size(CallerFigure::kLiveBytes), size(CallerFigure::kBytes));
    };
    std::stable_sort(diff_.callers.begin(), diff_.callers.end(),
                     [&](const CallerChange& a, const CallerChange& b) { return key(a) > key(b); });
  }

 private:
  const RunFigures& runAt(size_t run) const {
    return run < before_ ? diff_.before[run] : diff_.after[run - before_];
  }

  double divisor(size_t run) const {
    const RunFigures& figures = runAt(run);
    if (diff_.per == Per::kSecond)
      return std::max(static_cast<double>(figures.t - figures.from_t) / 1e9, 1e-9);
    if (diff_.per == Per::kMark) return static_cast<double>(std::max<uint64_t>(figures.marks, 1));
    return 1;
  }

  void addRun(size_t run) {
    const RunFigures& figures = runAt(run);
    std::vector<CallerPlace> known;
    std::vector<CallerPlace> others;
    for (const Caller& caller : callers_) known.push_back(caller.latest);
    for (const CallerSpans& caller : figures.callers) others.push_back(caller.place);
    const std::vector<std::optional<size_t>> matches = matchCallers(known, others);
    for (size_t i = 0; i < others.size(); ++i) {
      if (!matches[i]) callers_.emplace_back().runs.resize(runs_);
      Caller& caller = matches[i] ? callers_[*matches[i]] : callers_.back();
      caller.latest = others[i];
      (run < before_ ? caller.before : caller.after) = others[i];
      caller.runs[run] = figures.callers[i].figures;
      for (CallerFigure figure : {CallerFigure::kAllocations, CallerFigure::kBytes}) {
        Span& span = caller.runs[run].at(static_cast<size_t>(figure));
        span = divided(span, divisor(run));
      }
    }
  }

  double leastShare() const {
    return before_ > 1 && runs_ - before_ > 1 ? Noise::kShareOfMany : Noise::kShareOfOne;
  }

  double leastShare(const Metric& metric) const {
    const std::string_view name = metric.name;
    if (metric.unit == Unit::kNanoseconds || name == "peak_store_bytes") return Noise::kShareOfTime;
    return name == "rss_max" || name == "collections" ? Noise::kShareOfCollector : leastShare();
  }

  double floor(Unit unit, double larger, double least_share) const {
    const double share = least_share * larger;
    if (unit == Unit::kBytes) return std::max(share, slab_);
    return unit == Unit::kCount ? std::max(share, Noise::kCount) : share;
  }

  Change changeOf(const std::vector<Span>& runs, Unit unit, double least_share) const {
    const auto middle = runs.begin() + static_cast<std::ptrdiff_t>(before_);
    Change change{together({runs.begin(), middle}), together({middle, runs.end()}), false};
    const bool has_grown = change.after.low > change.before.high;
    const double near_before = has_grown ? change.before.high : change.before.low;
    const double near_after = has_grown ? change.after.low : change.after.high;
    const double apart = has_grown ? near_after - near_before : near_before - near_after;
    const bool is_several = before_ > 1 || runs_ - before_ > 1;
    change.significant = apart > floor(unit, std::max(near_before, near_after), least_share) &&
                         (!is_several || std::fabs(change.delta()) > std::max(spread(runs.begin(), middle),
                                                                              spread(middle, runs.end())));
    return change;
  }

  CallerChange changeOf(const Caller& caller) const {
    CallerChange change;
    change.in_before = caller.before.has_value();
    change.in_after = caller.after.has_value();
    change.before = caller.before.value_or(CallerPlace{});
    change.after = caller.after.value_or(CallerPlace{});
    for (size_t i = 0; i < kCallerFigures; ++i) {
      std::vector<Span> spans;
      for (const auto& run : caller.runs) spans.push_back(run.at(i));
      const bool counts = i == static_cast<size_t>(CallerFigure::kAllocations);
      change.figures.at(i) = changeOf(spans, counts ? Unit::kCount : Unit::kBytes, leastShare());
      if (!diff_.canCompare(static_cast<CallerFigure>(i))) change.figures.at(i).significant = false;
    }
    for (CallerFigure figure : {CallerFigure::kHeldBytes, CallerFigure::kLiveBytes, CallerFigure::kBytes,
                                CallerFigure::kAllocations}) {
      if (!change[figure].significant) continue;
      change.status = change[figure].delta() > 0 ? Status::kGrown : Status::kShrunk;
      if (!change.in_before) change.status = Status::kNew;
      if (!change.in_after) change.status = Status::kGone;
      break;
    }
    return change;
  }

  Diff& diff_;
  size_t before_;
  size_t runs_;
  double slab_ = Noise::kBytes;
  std::vector<Caller> callers_;
};

}  // namespace

const char* toString(Status status) {
  constexpr std::array<const char*, 5> kNames = {"unchanged", "new", "gone", "grown", "shrunk"};
  return kNames.at(static_cast<size_t>(status));
}

bool Diff::isUnchanged() const {
  return callers.empty() || callers.front().status == Status::kUnchanged;
}

size_t Diff::commonCallers() const {
  return static_cast<size_t>(std::count_if(callers.begin(), callers.end(), [](const CallerChange& caller) {
    return caller.in_before && caller.in_after && caller.after.kind == recording::FrameKind::kJs &&
           !caller.after.file.empty() && !caller.after.file.starts_with("node:");
  }));
}

bool coverTheSamePart(const std::vector<RunFigures>& before, const std::vector<RunFigures>& after) {
  bool lack = false;
  bool is_one_file = true;
  for (const auto* side : {&before, &after}) {
    for (const RunFigures& run : *side) {
      lack = lack || run.lacksItsBeginning();
      is_one_file = is_one_file && run.path == before.front().path;
    }
  }
  return !lack || is_one_file;
}

bool knowSlicesAlike(const std::vector<RunFigures>& before, const std::vector<RunFigures>& after) {
  const auto alike = [&](const RunFigures& run) { return run.knows_slices == before.front().knows_slices; };
  return std::all_of(before.begin(), before.end(), alike) && std::all_of(after.begin(), after.end(), alike);
}

Diff compare(std::vector<RunFigures> before, std::vector<RunFigures> after, Per per) {
  Diff diff;
  diff.before = std::move(before);
  diff.after = std::move(after);
  diff.per = per;
  diff.sums_comparable = per != Per::kRun || coverTheSamePart(diff.before, diff.after);
  diff.slices_comparable = knowSlicesAlike(diff.before, diff.after);
  Comparison comparison(diff);
  comparison.compareMetrics();
  comparison.compareCallers();
  return diff;
}

}  // namespace slabscope::analysis
