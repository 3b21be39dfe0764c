// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/report.h"

#include <algorithm>

#include "replay_pass.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/replay.h"
#include "watches.h"

namespace slabscope::analysis {

namespace {

InstantReport reportOf(const NamedInstant& at, const LiveSet& live, const Owners& owners) {
  InstantReport report;
  report.at = at;
  report.totals = live.totals();
  const HeldSlabs slabs(live);
  report.pool = slabFigures(slabs, recording::StoreKind::kPool);
  report.native_pool = slabFigures(slabs, recording::StoreKind::kNativePool);
  report.holders = holdersOfSlabs(slabs, owners);
  report.callers = callersOfStores(live, owners);
  report.survivors = survivingHoldersOfSlabs(slabs, owners);
  report.surviving_stores = survivingStores(live, owners);
  if (const recording::Nanoseconds* full = live.collections().last(kMainIsolate))
    report.last_full_collection = *full;
  return report;
}

std::vector<Instant> placesOf(const std::vector<NamedInstant>& instants) {
  std::vector<Instant> places;
  places.reserve(instants.size());
  for (const NamedInstant& one : instants) places.push_back(one.instant);
  return places;
}

}  // namespace

Result<std::vector<InstantReport>> reportAt(const Scan& scan, const std::vector<NamedInstant>& instants,
                                            const Progress& progress) {
  const Owners owners(scan.definitions);
  std::vector<InstantReport> reports(instants.size());
  const auto visit = [&](size_t index, const LiveSet& live) {
    reports[index] = reportOf(instants[index], live, owners);
  };
  const Result<> replayed = replay(scan, placesOf(instants), visit, progress);
  if (!replayed) return replayed.error();
  return reports;
}

Result<Survey> survey(const Scan& scan, const std::vector<NamedInstant>& instants, const Progress& progress) {
  const Owners owners(scan.definitions);
  Watches watches(scan, owners);
  Survey survey;
  survey.instants.resize(instants.size());
  bool watching = true;
  const auto watch = [&](const auto& event, const LiveSet& live) {
    if (watching) watches.take(event, live);
  };
  const auto visit = [&](size_t index, const LiveSet& live) {
    survey.instants[index] = reportOf(instants[index], live, owners);
    if (index != 0) return;
    survey.evidence = watches.finish(std::min(instants[index].instant.t, scan.duration), live);
    watching = false;
  };
  const Result<uint64_t> read =
      replayPass<Slices::kByRuns>(scan, placesOf(instants), ReadTo::kEnd, progress, watch, visit);
  if (!read) return read.error();
  survey.batches = *read;
  return survey;
}

}  // namespace slabscope::analysis
