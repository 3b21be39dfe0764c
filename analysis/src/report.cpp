// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/report.h"

#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/replay.h"

namespace slabscope::analysis {

Result<std::vector<InstantReport>> reportAt(const Scan& scan, const std::vector<NamedInstant>& instants,
                                            const Progress& progress) {
  std::vector<Instant> places;
  places.reserve(instants.size());
  for (const NamedInstant& one : instants) places.push_back(one.instant);

  const Owners owners(scan.definitions);
  std::vector<InstantReport> reports(instants.size());
  const auto visit = [&](size_t index, const LiveSet& live) {
    InstantReport& report = reports[index];
    report.at = instants[index];
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
  };
  const Result<> replayed = replay(scan, places, visit, progress);
  if (!replayed) return replayed.error();
  return reports;
}

}  // namespace slabscope::analysis
