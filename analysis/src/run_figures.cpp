// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/run_figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "cost_counter.h"
#include "replay_pass.h"
#include "slab_rows.h"
#include "slabscope/analysis/choose_instant.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/packages.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/analysis/stack_costs.h"
#include "survivors.h"

namespace slabscope::analysis {
namespace {

using recording::FrameId;

// The first argument that is no option of node's.
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

struct SlabSums {
  SlabRow sum;
  uint64_t slabs = 0;
  std::vector<double> utilisations;
  std::vector<double> live;
};

class Figures {
 public:
  Figures(const Scan& scan, RunFigures& run) : scan_(scan), run_(run) {}

  void add(const CostTable& costs, const std::vector<SlabRow>& slabs, const Survivors& left) {
    run_.knows_garbage = left.is_known;
    for (const SlabRow& slab : slabs) {
      if (slab.kind == recording::StoreKind::kPool) run_.slab_size = std::max(run_.slab_size, slab.size);
    }
    addCosts(costs, left);
    addSlabs(slabs, left);
    addTotals(left);
    addRun();
  }

 private:
  void addCosts(const CostTable& table, const Survivors& left) {
    const Owners owners(scan_.definitions);
    std::map<FrameId, Costs> by_owner;
    for (const StackCosts& stack : table.stacks) {
      Costs& costs = by_owner[owners.of(stack.stack)];
      costs.allocations += stack.costs.allocations;
      costs.bytes += stack.costs.bytes;
      costs.live_bytes += stack.costs.live_bytes;
      costs.held_bytes += stack.costs.held_bytes;
    }
    SurvivingBytes total;
    for (const auto& [owner, costs] : by_owner) {
      const auto found = left.callers.find(owner);
      const SurvivingBytes surviving = found == left.callers.end() ? SurvivingBytes{} : found->second;
      total.live += surviving.live;
      total.held += surviving.held;
      CallerSpans& caller = run_.callers.emplace_back(CallerSpans{placeOf(scan_, owner), {}});
      caller[CallerFigure::kAllocations] = exactly(costs.allocations);
      caller[CallerFigure::kBytes] = exactly(costs.bytes);
      caller[CallerFigure::kLiveBytes] = between(costs.live_bytes, surviving.live);
      caller[CallerFigure::kHeldBytes] = between(costs.held_bytes, surviving.held);
    }
    set("held_bytes", between(table.total.held_bytes, total.held));
    set("live_bytes", between(table.total.live_bytes, total.live));
    set("bytes", exactly(table.total.bytes));
    set("allocations", exactly(table.total.allocations));
  }

  void addSlabs(const std::vector<SlabRow>& rows, const Survivors& left) {
    std::vector<SlabRow> surviving;
    for (const SlabRow& row : rows) {
      const auto found = left.slabs.find(row.store);
      if (found == left.slabs.end()) continue;
      surviving.push_back(row);
      surviving.back().dead += row.live - found->second;
      surviving.back().live = found->second;
    }
    SlabSums all = sumOf(rows);
    SlabSums less = sumOf(surviving);
    set("slabs", between(all.slabs, less.slabs));
    set("slab_bytes", between(all.sum.size, less.sum.size));
    set("slab_live_bytes", between(all.sum.live, less.sum.live));
    set("slab_dead_bytes", between(all.sum.dead, less.sum.dead));
    set("slab_gap_bytes", between(all.sum.padding, less.sum.padding));
    set("slab_tail_bytes", between(all.sum.tail, less.sum.tail));
    set("utilisation", between(all.sum.utilisation(), less.sum.utilisation()));
    set("amplification", between(amplification(all.sum), amplification(less.sum)));
    set("utilisation_p50", between(percentile(all.utilisations, 0.5), percentile(less.utilisations, 0.5)));
    set("utilisation_p95", between(percentile(all.utilisations, 0.95), percentile(less.utilisations, 0.95)));
    set("slab_live_p50", between(percentile(all.live, 0.5), percentile(less.live, 0.5)));
    set("slab_live_p95", between(percentile(all.live, 0.95), percentile(less.live, 0.95)));
  }

  void addTotals(const Survivors& left) {
    set("stores", between(left.all.stores, left.totals.stores));
    set("store_bytes", between(left.all.store_bytes, left.totals.store_bytes));
    set("slices", between(left.all.slices, left.totals.slices));
  }

  void addRun() {
    uint64_t collections = 0;
    recording::Nanoseconds time = 0;
    for (const Collections& kind : scan_.collections) {
      collections += kind.count;
      time += kind.duration;
    }
    set("peak_store_bytes",
        exactly(std::max(scan_.at_peak.store_bytes, scan_.header.dropped.peak_stores.bytes)));
    set("rss_max", exactly(scan_.rss_max));
    set("collections", exactly(collections));
    set("collection_time", exactly(time));
    set("duration", exactly(scan_.duration));
    set("marks", exactly(run_.marks));
    set("lost_events", exactly(scan_.lost_events));
  }

  void set(std::string_view name, Span span) { run_.metrics.at(metricOf(name)) = span; }

  static SlabSums sumOf(const std::vector<SlabRow>& rows) {
    SlabSums sums;
    sums.slabs = rows.size();
    for (const SlabRow& row : rows) {
      sums.sum.size += row.size;
      sums.sum.live += row.live;
      sums.sum.dead += row.dead;
      sums.sum.padding += row.padding + row.startup + row.unseen;
      sums.sum.tail += row.tail;
      sums.utilisations.push_back(row.utilisation());
      sums.live.push_back(static_cast<double>(row.live));
    }
    return sums;
  }

  static double amplification(const SlabRow& sum) {
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

}  // namespace

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

Result<RunFigures> runFigures(const Scan& scan, std::string_view at, const Progress& progress) {
  const Result<NamedInstant> instant = chooseInstant(scan, at);
  if (!instant) return instant.error();

  RunFigures run;
  run.path = scan.path;
  run.node = scan.definitions.runtime("node");
  run.program = programOf(scan.header);
  run.at = instant->name;
  run.t = instant->instant.t;
  run.complete = scan.complete();
  run.source_maps = scan.source_maps;
  run.marks =
      scan.header.dropped.marks +
      static_cast<uint64_t>(std::count_if(scan.marks.begin(), scan.marks.end(), [&](const MarkPlace& mark) {
        return mark.instant <= instant->instant;
      }));
  for (const recording::Capability& capability : scan.definitions.capabilities()) {
    if (!capability.present) run.missing.push_back(capability.name);
  }

  CostCounter counter(scan);
  SlabRows rows(scan);
  Figures figures(scan, run);
  bool watching = true;
  const auto watch = [&](const auto& event, const LiveSet& live) {
    if (!watching) return;
    counter.take(event, live);
    rows.take(event);
  };
  const auto visit = [&](size_t, const LiveSet& live) {
    watching = false;
    const HeldSlabs held(live);
    rows.finish(held);
    figures.add(counter.finish(held), rows.takeRows(), survivorsOf(scan, held));
  };
  const Result<uint64_t> read = replayPass(scan, {instant->instant}, ReadTo::kEnd, progress, watch, visit);
  if (!read) return read.error();
  run.batches = *read;
  return run;
}

}  // namespace slabscope::analysis
