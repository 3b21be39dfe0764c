// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/evidence.h"

#include <algorithm>

#include "watches.h"

namespace slabscope::analysis {
namespace {

// Each look walks through all that is alive.
constexpr uint64_t kLooksAtGrowth = 8;

uint64_t stride(uint64_t full_collections) {
  return std::max<uint64_t>(1, full_collections / kLooksAtGrowth);
}

}  // namespace

Watches::Watches(const Scan& scan, const Owners& owners, uint64_t full_collections)
    : kinds_(scan.kinds),
      tails_(scan, owners),
      clones_(scan, owners),
      growth_(owners, stride(full_collections)),
      turnover_(owners) {}

Evidence Watches::finish(recording::Nanoseconds t, const Holdings& now) {
  Evidence evidence;
  evidence.tails = tails_.finish();
  evidence.cloners = clones_.finish();
  evidence.growth = growth_.finish(t, now);
  evidence.turnovers = turnover_.finish();
  evidence.allocated_bytes = turnover_.allocatedBytes();
  return evidence;
}

}  // namespace slabscope::analysis
