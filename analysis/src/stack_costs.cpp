// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/stack_costs.h"

#include "cost_counter.h"
#include "each_event.h"

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
  const Result<> read =
      eachEventUpTo(scan, at, progress, [&](const recording::Event& event) { counter.take(event); });
  if (!read) return read.error();
  return counter.finish();
}

}  // namespace slabscope::analysis
