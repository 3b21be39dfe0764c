// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/evidence.h"

#include <algorithm>
#include <variant>

#include "clone_watch.h"
#include "cost_counter.h"
#include "each_event.h"
#include "growth_watch.h"
#include "slabscope/analysis/owners.h"
#include "tail_watch.h"

namespace slabscope::analysis {
namespace {

// Each look walks through all that is alive.
constexpr uint64_t kLooksAtGrowth = 8;

class Watches {
 public:
  explicit Watches(const Scan& scan)
      : owners_(scan.definitions),
        counter_(scan),
        tails_(scan, owners_),
        clones_(scan, owners_),
        growth_(owners_, stride(scan)) {}

  void take(const recording::Event& event) {
    std::visit([this](const auto& one) { watch(one); }, event);
    counter_.take(event);
  }

  Evidence finish(recording::Nanoseconds t) {
    Evidence evidence;
    evidence.tails = tails_.finish();
    evidence.cloners = clones_.finish();
    evidence.growth = growth_.finish(t, counter_.live());
    evidence.costs = counter_.finish();
    return evidence;
  }

 private:
  static uint64_t stride(const Scan& scan) {
    const uint64_t full = scan.collections.at(static_cast<size_t>(recording::GcKind::kMarkCompact)).count;
    return std::max<uint64_t>(1, full / kLooksAtGrowth);
  }

  template <class Other>
  void watch(const Other& /*is no evidence*/) {}
  void watch(const recording::StoreAlloc& event) {
    tails_.take(event);
    clones_.take(event);
  }
  void watch(const recording::StoreFree& event) { tails_.take(event); }
  void watch(const recording::Slice& event) { tails_.take(event); }
  void watch(const recording::Gc& event) { growth_.take(event, counter_.live()); }

  Owners owners_;
  CostCounter counter_;
  TailWatch tails_;
  CloneWatch clones_;
  GrowthWatch growth_;
};

}  // namespace

Result<Evidence> findEvidence(const Scan& scan, const Instant& at, const Progress& progress) {
  Watches watches(scan);
  const Result<> read =
      eachEventUpTo(scan, at, progress, [&](const recording::Event& event) { watches.take(event); });
  if (!read) return read.error();
  return watches.finish(std::min(at.t, scan.duration));
}

}  // namespace slabscope::analysis
