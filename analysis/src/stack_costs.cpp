// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/stack_costs.h"

#include <limits>
#include <utility>

#include "cost_counter.h"
#include "replay_pass.h"

namespace slabscope::analysis {

namespace {

// Both in the order of their stacks' ids.
CostTable sumOf(const CostTable& a, const CostTable& b) {
  CostTable sum;
  sum.total = a.total;
  sum.total += b.total;
  auto left = a.stacks.begin();
  auto right = b.stacks.begin();
  while (left != a.stacks.end() || right != b.stacks.end()) {
    const bool only_left = right == b.stacks.end() || (left != a.stacks.end() && left->stack < right->stack);
    const bool only_right = left == a.stacks.end() || (right != b.stacks.end() && right->stack < left->stack);
    sum.stacks.push_back(only_right ? *right : *left);
    if (!only_left && !only_right) sum.stacks.back().costs += right->costs;
    if (!only_right) ++left;
    if (!only_left) ++right;
  }
  return sum;
}

}  // namespace

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
      [&](size_t, const LiveSet& live) { table = counter.finish(live); });
  if (!read) return read.error();
  return table;
}

Result<CostTable> stackCostsBetween(const Scan& scan, const Instant& at, recording::Nanoseconds from,
                                    recording::Nanoseconds until, const Progress& progress) {
  CostCounter happened(scan, {from, until});
  CostCounter alive(scan);
  CostTable held;
  const auto watch = [&](const auto& event, const LiveSet& live) { happened.take(event, live); };
  const auto visit = [&](size_t index, const LiveSet& live) {
    if (index == 0) held = alive.finish(live);
  };
  // What was allocated in the range may die after it.
  const Instant last{std::numeric_limits<recording::Nanoseconds>::max()};
  const Result<uint64_t> read = replayPass(scan, {at, last}, ReadTo::kLastInstant, progress, watch, visit);
  if (!read) return read.error();
  const LiveSet nothing;
  CostTable table = sumOf(held, happened.finish(nothing));
  table.unknown_held_bytes = held.unknown_held_bytes;
  table.together = std::move(held.together);
  return table;
}

}  // namespace slabscope::analysis
