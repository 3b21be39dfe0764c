// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/advice.h"

#include <algorithm>

#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/pool_size.h"

namespace slabscope::analysis {
namespace {

using recording::FrameId;

bool pins(const Holder& holder) {
  return holder.held >= SmallSlicesPinSlabs::kMinHeld &&
         holder.held / SmallSlicesPinSlabs::kMinAmplification >= holder.live;
}

bool isMuch(const TailMaker& maker) {
  return maker.slabs >= TailsAbandoned::kMinSlabs && maker.tail_bytes >= TailsAbandoned::kMinBytes &&
         maker.tail_bytes >= maker.slab_bytes / 5;
}

bool isMuch(const SlabCloner& cloner) {
  return cloner.clones >= SlabsCloned::kMinClones && cloner.bytes >= SlabsCloned::kMinBytes;
}

bool goesOn(const Growth& growth) {
  const std::vector<GrowthPoint>& points = growth.points;
  if (points.size() < SurvivorsGrow::kMinPoints) return false;
  for (size_t i = 1; i < points.size(); ++i) {
    if (points[i].bytes < points[i - 1].bytes) return false;
  }
  const uint64_t first = points.front().bytes;
  const uint64_t last = points.back().bytes;
  const uint64_t late = last - points[points.size() - 1 - points.size() / 3].bytes;
  const uint64_t grown = last - first;
  return grown >= SurvivorsGrow::kMinBytes && grown >= first / 2 && late >= grown / 5;
}

class Adviser {
 public:
  Adviser(const Scan& scan, const InstantReport& report, const Evidence& evidence)
      : scan_(scan), report_(report), evidence_(evidence), owners_(scan.definitions) {}

  std::vector<Advice> advise() {
    const bool slices = canAdviseOnSlices(scan_);
    if (slices) {
      addFirst(
          report_.survivors.holders,
          [&](const Holder& holder) { return pins(holder) && owners_.isOfTheProgram(holder.owner); },
          [](const Holder& holder) { return SmallSlicesPinSlabs{holder}; });
      addFirst(
          evidence_.growth, [](const Growth& one) { return one.owner && goesOn(one); },
          [](const Growth& one) { return SurvivorsGrow{one}; });
    }
    addFirst(
        evidence_.cloners, [](const SlabCloner& one) { return isMuch(one); },
        [](const SlabCloner& one) { return SlabsCloned{one}; });
    if (slices) {
      addFirst(
          evidence_.tails,
          [&](const TailMaker& one) { return isMuch(one) && owners_.isOfTheProgram(one.owner); },
          [](const TailMaker& one) { return TailsAbandoned{one}; });
    }
    addFirst(
        temporaryStores(), [&](const ManyTemporaryStores& one) { return isMuchOfTheRun(one); },
        [](const ManyTemporaryStores& one) { return one; });
    return std::move(advice_);
  }

 private:
  template <class One, class Wanted, class Make>
  void addFirst(const std::vector<One>& all, Wanted wanted, Make make) {
    size_t added = 0;
    for (const One& one : all) {
      if (added == kAdviceOfAKind) return;
      if (!wanted(one)) continue;
      advice_.emplace_back(make(one));
      ++added;
    }
  }

  std::vector<ManyTemporaryStores> temporaryStores() const {
    std::vector<ManyTemporaryStores> all;
    all.reserve(evidence_.turnovers.size());
    for (const StoreTurnover& one : evidence_.turnovers)
      all.push_back({one.owner, one.stores, one.temporary, one.temporary_bytes,
                     poolSizeOf(scan_.definitions).value_or(0)});
    return all;
  }

  bool isMuchOfTheRun(const ManyTemporaryStores& stores) const {
    return stores.temporary >= ManyTemporaryStores::kMinStores &&
           stores.bytes >= ManyTemporaryStores::kMinBytes &&
           stores.temporary >= stores.stores - stores.stores / 10 &&
           stores.bytes >= evidence_.allocated_bytes / 10 && owners_.isOfTheProgram(stores.owner);
  }

  const Scan& scan_;
  const InstantReport& report_;
  const Evidence& evidence_;
  Owners owners_;
  std::vector<Advice> advice_;
};

}  // namespace

bool canAdviseOnSlices(const Scan& scan) {
  const uint64_t told = scan.counts.slice + scan.counts.slice_free;
  return scan.knowsSlices() && scan.header.liveness && scan.pauses.empty() && scan.lost_events <= told / 100;
}

std::vector<Advice> adviseOn(const Scan& scan, const InstantReport& report, const Evidence& evidence) {
  return Adviser(scan, report, evidence).advise();
}

}  // namespace slabscope::analysis
