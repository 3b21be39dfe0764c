// SPDX-License-Identifier: Apache-2.0
// From counts to verdicts.
#include <algorithm>

#include "pool_tracker.h"

namespace slabscope::analysis {
namespace {

constexpr uint64_t kClaimedPoolSize = 8192;

Finding cannotTell(Lacking lacking) {
  return {Verdict::kCannotTell, lacking};
}

// Of things that bear on a claim, how many speak for it.
Finding byCount(uint64_t in_favour, uint64_t all) {
  if (all == 0) return {Verdict::kNotExercised, Lacking::kNothing};
  if (in_favour == 0) return {Verdict::kDoesNotHold, Lacking::kNothing};
  return {in_favour == all ? Verdict::kHolds : Verdict::kInPart, Lacking::kNothing};
}

struct Present {
  bool slices;
  bool stacks;
  bool liveness;
};

Finding judgeSize(const PoolSizeFact& fact) {
  if (!fact.told && fact.slabs.empty()) return cannotTell(Lacking::kPoolSize);
  uint64_t slabs = 0;
  for (const auto& [size, count] : fact.slabs) slabs += count;
  const auto claimed = fact.slabs.find(kClaimedPoolSize);
  const uint64_t as_claimed = claimed == fact.slabs.end() ? 0 : claimed->second;
  const uint64_t told_as_claimed = fact.told == kClaimedPoolSize ? 1 : 0;
  return byCount(as_claimed + told_as_claimed, slabs + (fact.told ? 1 : 0));
}

Finding judgeAlloc(const AllocFact& fact, const Present& present) {
  if (!present.stacks) return cannotTell(Lacking::kStacks);
  if (!present.slices) return cannotTell(Lacking::kSlices);
  return byCount(fact.cuts.count, fact.cuts.count + fact.stores.count);
}

Finding judgeThreshold(const ThresholdFact& fact, uint64_t cuts, const Present& present) {
  if (!present.slices) return cannotTell(Lacking::kSlices);
  if (!present.stacks) return cannotTell(Lacking::kStacks);
  if (fact.threshold == 0 && cuts != 0) return cannotTell(Lacking::kPoolSize);
  uint64_t stores = 0;
  for (const Factory factory : kPooledFactories)
    stores += fact.factories.at(static_cast<size_t>(factory)).stores.count;
  const uint64_t exceptions = fact.large_cuts + fact.small_stores;
  return byCount(cuts + stores - exceptions, cuts + stores);
}

uint64_t countOf(const PlacementFact& fact, GapCause cause) {
  return fact.gaps.at(static_cast<size_t>(cause)).count;
}

// Neighbours that could have lain next to one another, and those of them that lie apart for no known reason.
Finding judgePlacement(const PlacementFact& fact, const Present& present) {
  if (!present.slices) return cannotTell(Lacking::kSlices);
  const uint64_t apart = countOf(fact, GapCause::kUnknown) + fact.backward;
  const uint64_t unseen =
      countOf(fact, GapCause::kPaused) + countOf(fact, GapCause::kLost) + countOf(fact, GapCause::kDropped);
  const uint64_t known = fact.cuts - std::min(unseen, fact.cuts);
  if (fact.pairs == 0 && apart == 0) return {};
  return byCount(apart, known);
}

Finding judgeReuse(const ReuseFact& fact, const Present& present) {
  if (!present.slices) return cannotTell(Lacking::kSlices);
  if (fact.unclear != 0 && fact.reused.count == 0) return cannotTell(Lacking::kStacks);
  // Where nothing moved backward it does not matter whether the earlier cuts were dead.
  if (fact.reused.count != 0) return byCount(fact.reused.count, fact.cuts);
  if (!present.liveness) return cannotTell(Lacking::kLiveness);
  return byCount(0, fact.after_deaths);
}

Finding judgeSharing(const SharingFact& fact, const Present& present) {
  if (!present.slices) return cannotTell(Lacking::kSlices);
  // A slab that the pool has cut one large piece from cannot speak against it; two cuts and two slabs can.
  if (fact.cuts < 2) return {};
  return {fact.shared != 0 ? Verdict::kHolds : Verdict::kDoesNotHold, Lacking::kNothing};
}

Finding judgeOldData(const OldDataFact& fact) {
  if (fact.zeroed) return {Verdict::kDoesNotHold, Lacking::kNothing};
  if (fact.slabs.count == 0) return {};
  if (fact.reused.count != 0) return {Verdict::kHolds, Lacking::kNothing};
  return {fact.exact ? Verdict::kDoesNotHold : Verdict::kCannotTell, Lacking::kNothing};
}

Finding judgeHeld(const HeldFact& fact, const Present& present) {
  if (!present.slices) return cannotTell(Lacking::kSlices);
  if (!present.liveness) return cannotTell(Lacking::kLiveness);
  if (fact.slabs.count == 0) return {};
  const uint64_t by_little = fact.by_percent[0] + fact.by_percent[1];
  return {by_little != 0 ? Verdict::kHolds : Verdict::kDoesNotHold, Lacking::kNothing};
}

Finding judgeThreads(const ThreadsFact& fact, const Present& present) {
  if (!present.slices) return cannotTell(Lacking::kSlices);
  if (fact.isolates.size() < 2) return {};
  uint64_t cuts = 0;
  for (const auto& [isolate, pool] : fact.isolates) cuts += pool.cuts;
  return byCount(cuts - fact.mixed, cuts);
}

Finding judgeWhole(const WholeFact& fact, const Present& present) {
  const uint64_t exceptions = fact.shrunk + fact.freed_in_use;
  if (exceptions != 0) return byCount(fact.freed.count - fact.freed_in_use, fact.freed.count + fact.shrunk);
  if (fact.freed.count == 0) return {};
  if (!present.slices) return cannotTell(Lacking::kSlices);
  if (!present.liveness) return cannotTell(Lacking::kLiveness);
  return {Verdict::kHolds, Lacking::kNothing};
}

}  // namespace

void judge(PoolFacts& facts, const Scan& scan) {
  const recording::Header& header = scan.header;
  const Present present{scan.knowsSlices(), header.stack_depth != 0 && !scan.isMissing("stacks"),
                        header.slices && header.liveness && !scan.isMissing("liveness")};
  static_cast<Finding&>(facts.size) = judgeSize(facts.size);
  static_cast<Finding&>(facts.alloc) = judgeAlloc(facts.alloc, present);
  static_cast<Finding&>(facts.threshold) = judgeThreshold(facts.threshold, facts.placement.cuts, present);
  static_cast<Finding&>(facts.placement) = judgePlacement(facts.placement, present);
  static_cast<Finding&>(facts.reuse) = judgeReuse(facts.reuse, present);
  static_cast<Finding&>(facts.sharing) = judgeSharing(facts.sharing, present);
  static_cast<Finding&>(facts.old_data) = judgeOldData(facts.old_data);
  static_cast<Finding&>(facts.cost) = facts.placement;
  static_cast<Finding&>(facts.held) = judgeHeld(facts.held, present);
  static_cast<Finding&>(facts.threads) = judgeThreads(facts.threads, present);
  static_cast<Finding&>(facts.whole) = judgeWhole(facts.whole, present);
}

}  // namespace slabscope::analysis
