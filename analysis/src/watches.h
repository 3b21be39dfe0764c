// SPDX-License-Identifier: Apache-2.0
// All that gathers evidence, fed by one pass.
#pragma once

#include "clone_watch.h"
#include "growth_watch.h"
#include "slabscope/analysis/evidence.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/scan.h"
#include "tail_watch.h"
#include "turnover_watch.h"

namespace slabscope::analysis {

class Watches {
 public:
  /// Of a recording with so many full collections. `scan` and `owners` must outlive this.
  Watches(const Scan& scan, const Owners& owners, uint64_t full_collections);

  // Each before its event, or run of slices, changes what is alive.
  template <class Other>
  void take(const Other& /*is no evidence*/, const LiveSet& /*live*/) {}
  void take(const recording::StoreAlloc& event, const LiveSet& /*live*/) {
    const recording::StoreKind kind = kinds_.of(event);
    tails_.take(event, kind);
    clones_.take(event, kind);
    turnover_.take(event, kind);
  }
  void take(const recording::StoreResize& event, const LiveSet& live) { turnover_.take(event, live); }
  void take(const recording::StoreFree& event, const LiveSet& live) {
    tails_.take(event);
    turnover_.take(event, live);
  }
  void take(const recording::SliceRun& run, const LiveSet& live) {
    tails_.take(run);
    turnover_.take(run, live);
  }
  void take(const recording::Gc& event, const LiveSet& live) {
    growth_.take(event, live);
    turnover_.take(event);
  }

  /// At the instant itself, whose holdings are these.
  Evidence finish(recording::Nanoseconds t, const Holdings& now);

 private:
  const FinalKinds& kinds_;
  TailWatch tails_;
  CloneWatch clones_;
  GrowthWatch growth_;
  TurnoverWatch turnover_;
};

}  // namespace slabscope::analysis
