// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/run_figures.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "replay_pass.h"
#include "run_counter.h"
#include "slabscope/analysis/choose_instant.h"
#include "slabscope/analysis/packages.h"
#include "slabscope/analysis/slab_table.h"
#include "whole_pass.h"

namespace slabscope::analysis {
namespace {

using recording::FrameId;

Span exactly(uint64_t value) {
  const auto number = static_cast<double>(value);
  return {number, number, number};
}
Span between(double told, double surviving) {
  return {told, std::min(told, surviving), std::max(told, surviving)};
}
Span between(uint64_t told, uint64_t surviving) {
  return between(static_cast<double>(told), static_cast<double>(surviving));
}

class Figures {
 public:
  Figures(const Scan& scan, RunFigures& run) : scan_(scan), run_(run) {}

  void add(RunSums sums) {
    run_.knows_garbage = sums.knows_garbage;
    run_.slab_size = sums.pool_slab_size;
    addCosts(sums);
    addSlabs(sums.slabs, sums.surviving_slabs);
    set("stores", between(sums.all.stores, sums.surviving.stores));
    set("store_bytes", between(sums.all.store_bytes, sums.surviving.store_bytes));
    set("slices", between(sums.all.slices, sums.surviving.slices));
    set("collections", exactly(sums.collections.count));
    set("collection_time", exactly(sums.collections.duration));
    addRun();
  }

 private:
  void addCosts(const RunSums& sums) {
    for (const auto& [owner, costs] : sums.callers) {
      CallerSpans& caller = run_.callers.emplace_back(CallerSpans{placeOf(scan_, owner), {}});
      caller[CallerFigure::kAllocations] = exactly(costs.allocations);
      caller[CallerFigure::kBytes] = exactly(costs.bytes);
      caller[CallerFigure::kLiveBytes] = between(costs.live, costs.surviving_live);
      caller[CallerFigure::kHeldBytes] = between(costs.held, costs.surviving_held);
    }
    set("held_bytes", between(sums.total.held, sums.total.surviving_held));
    set("live_bytes", between(sums.total.live, sums.total.surviving_live));
    set("bytes", exactly(sums.total.bytes));
    set("allocations", exactly(sums.total.allocations));
  }

  void addSlabs(SlabSums& all, SlabSums& less) {
    set("slabs", between(all.slabs, less.slabs));
    set("slab_bytes", between(all.size, less.size));
    set("slab_live_bytes", between(all.live, less.live));
    set("slab_dead_bytes", between(all.dead, less.dead));
    set("slab_gap_bytes", between(all.gaps, less.gaps));
    set("slab_tail_bytes", between(all.tail, less.tail));
    set("utilisation", between(utilisation(all), utilisation(less)));
    set("amplification", between(amplification(all), amplification(less)));
    set("utilisation_p50", between(percentile(all.utilisations, 0.5), percentile(less.utilisations, 0.5)));
    set("utilisation_p95", between(percentile(all.utilisations, 0.95), percentile(less.utilisations, 0.95)));
    set("slab_live_p50", between(percentile(all.live_of_each, 0.5), percentile(less.live_of_each, 0.5)));
    set("slab_live_p95", between(percentile(all.live_of_each, 0.95), percentile(less.live_of_each, 0.95)));
  }

  void addRun() {
    set("peak_store_bytes",
        exactly(std::max(scan_.at_peak.store_bytes, scan_.header.dropped.peak_stores.bytes)));
    set("rss_max", exactly(scan_.rss_max));
    set("duration", exactly(scan_.duration));
    set("marks", exactly(run_.marks));
    set("lost_events", exactly(scan_.lost_events));
  }

  void set(std::string_view name, Span span) { run_.metrics.at(metricOf(name)) = span; }

  static double utilisation(const SlabSums& sum) {
    return sum.size == 0 ? 0 : static_cast<double>(sum.live) / static_cast<double>(sum.size);
  }
  static double amplification(const SlabSums& sum) {
    return sum.live == 0 ? 0 : static_cast<double>(sum.size) / static_cast<double>(sum.live);
  }

  // Nearest rank; 0 of nothing.
  static double percentile(std::vector<double>& values, double share) {
    if (values.empty()) return 0;
    const auto rank = static_cast<size_t>(std::lround(share * static_cast<double>(values.size() - 1)));
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(values.begin(), place, values.end());
    return *place;
  }

  const Scan& scan_;
  RunFigures& run_;
};

// A program that makes Buffers of the pool's memory by itself can leave slabs that need another look.
Result<> addUnsure(const Scan& scan, const Instant& at, RunSums& sums) {
  if (sums.unsure.empty()) return Nothing{};
  const Result<std::vector<SlabRow>> rows = slabTable(scan, at);
  if (!rows) return rows.error();
  for (const RunSums::Unsure& slab : sums.unsure) {
    const auto row = std::lower_bound(rows->begin(), rows->end(), slab.store,
                                      [](const SlabRow& a, recording::StoreId id) { return a.store < id; });
    if (row == rows->end() || row->store != slab.store) continue;
    sums.slabs.add(*row, row->live);
    if (slab.survives) sums.surviving_slabs.add(*row, slab.surviving_live);
  }
  return Nothing{};
}

}  // namespace

std::string programOf(const recording::Header& header) {
  for (size_t i = 1; i < header.argv.size(); ++i) {
    const std::string& argument = header.argv[i];
    if (argument.empty() || argument.front() == '-') continue;
    return argument.substr(argument.rfind('/') + 1);
  }
  return {};
}

CallerPlace placeOf(const Scan& scan, FrameId id) {
  if (!id) return {};
  const recording::Frame& frame = scan.definitions.frame(id);
  const std::string& file = scan.definitions.string(frame.file);
  CallerPlace place;
  place.kind = frame.kind;
  place.function = scan.definitions.string(frame.function);
  place.file = comparableFile(frame.kind, file, scan.header.working_directory);
  place.package = packageOf(file);
  place.line = frame.line;
  place.column = frame.column;
  return place;
}

const char* toString(CallerFigure figure) {
  constexpr std::array<const char*, kCallerFigures> kNames = {"allocations", "bytes", "live_bytes",
                                                              "held_bytes"};
  return kNames.at(static_cast<size_t>(figure));
}

size_t metricOf(std::string_view name) {
  const auto found = std::find_if(kMetrics.begin(), kMetrics.end(),
                                  [&](const Metric& metric) { return metric.name == name; });
  return static_cast<size_t>(found - kMetrics.begin());
}

namespace {

RunFigures headOf(const Scan& scan, const NamedInstant& from, const NamedInstant& at) {
  RunFigures run;
  run.path = scan.path;
  run.node = scan.definitions.runtime("node");
  run.program = programOf(scan.header);
  run.at = at.name;
  run.t = at.instant.t;
  run.complete = scan.complete();
  run.knows_slices = scan.knowsSlices();
  run.source_maps = scan.source_maps;
  run.from = from.name;
  run.kept_from = scan.hasDropped() ? scan.header.dropped.until : 0;
  run.from_t = std::max(from.instant.t, run.kept_from);
  run.marks =
      static_cast<uint64_t>(std::count_if(scan.marks.begin(), scan.marks.end(), [&](const MarkPlace& mark) {
        return mark.instant <= at.instant && mark.instant.t >= run.from_t;
      }));
  for (const recording::Capability& capability : scan.definitions.capabilities()) {
    if (!capability.present) run.missing.push_back(capability.name);
  }
  return run;
}

Result<RunFigures> withSums(const Scan& scan, RunFigures run, const Instant& at, RunSums sums) {
  const Result<> added = addUnsure(scan, at, sums);
  if (!added) return added.error();
  Figures(scan, run).add(std::move(sums));
  return run;
}

// Counts up to the end of a recording that is read once.
class RunWatcher {
 public:
  explicit RunWatcher(const Scan& scan) : counter_(scan, 0) {}

  void begin(const recording::Outline& /*says nothing more*/) {}
  template <class One>
  void take(const One& one, const LiveSet& live) {
    counter_.take(one, live);
  }
  void atPeak(const LiveSet& /*is not asked for*/) {}
  void atEnd(recording::Nanoseconds /*t*/, const LiveSet& live) { sums_ = counter_.finish(live); }
  RunSums takeSums() { return std::move(sums_); }

 private:
  RunCounter counter_;
  RunSums sums_;
};

}  // namespace

Result<std::optional<RunFigures>> wholeRunFigures(const std::string& path, const NameCallers& name_callers,
                                                  const Progress& progress) {
  Scan scan;
  RunWatcher watcher(scan);
  const Result<bool> done = wholePass(path, scan, progress, watcher);
  if (!done) return done.error();
  if (!*done) return std::optional<RunFigures>();
  if (name_callers) name_callers(scan);
  Result<RunFigures> run = withSums(scan, headOf(scan, {}, {"end", scan.end}), scan.end, watcher.takeSums());
  if (!run) return run.error();
  run->batches = scan.batches;
  return std::optional(std::move(*run));
}

Result<RunFigures> runFigures(const Scan& scan, const RunRange& range, const Progress& progress) {
  const Result<NamedInstant> instant = chooseInstant(scan, range.at);
  if (!instant) return instant.error();
  NamedInstant from;
  if (!range.from.empty()) {
    Result<NamedInstant> chosen = chooseInstant(scan, range.from);
    if (!chosen) return chosen.error();
    from = std::move(*chosen);
    if (from.instant.t > instant->instant.t)
      return Error{scan.path + ": '" + from.name + "', where the range begins, comes after '" +
                   instant->name + "', where it ends"};
  }
  RunFigures run = headOf(scan, from, *instant);
  RunCounter counter(scan, run.from_t);
  RunSums sums;
  bool watching = true;
  const auto watch = [&](const auto& event, const LiveSet& live) {
    if (watching) counter.take(event, live);
  };
  const auto visit = [&](size_t, const LiveSet& live) {
    watching = false;
    sums = counter.finish(live);
  };
  const Result<uint64_t> read =
      replayPass<Slices::kByRuns>(scan, {instant->instant}, ReadTo::kEnd, progress, watch, visit);
  if (!read) return read.error();
  run.batches = *read;
  return withSums(scan, std::move(run), instant->instant, std::move(sums));
}

}  // namespace slabscope::analysis
