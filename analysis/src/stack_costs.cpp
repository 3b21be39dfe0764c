// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/stack_costs.h"

#include "cost_counter.h"
#include "replay_pass.h"

namespace slabscope::analysis {

Costs& Costs::operator+=(const Costs& other) {
  allocations += other.allocations;
  bytes += other.bytes;
  live_bytes += other.live_bytes;
  held_bytes += other.held_bytes;
  slab_live_bytes += other.slab_live_bytes;
  slab_held_bytes += other.slab_held_bytes;
  own_stores += other.own_stores;
  own_store_bytes += other.own_store_bytes;
  temporary += other.temporary;
  temporary_bytes += other.temporary_bytes;
  temporary_stores += other.temporary_stores;
  temporary_store_bytes += other.temporary_store_bytes;
  lifetimes.add(other.lifetimes);
  return *this;
}

Result<CostTable> stackCosts(const Scan& scan, const Instant& at, const Progress& progress) {
  CostCounter counter(scan);
  CostTable table;
  const Result<uint64_t> read = replayPass(
      scan, {at}, ReadTo::kLastInstant, progress,
      [&](const auto& event, const LiveSet& live) { counter.take(event, live); },
      [&](size_t, const LiveSet& live) { table = counter.finish(HeldSlabs(live)); });
  if (!read) return read.error();
  return table;
}

}  // namespace slabscope::analysis
