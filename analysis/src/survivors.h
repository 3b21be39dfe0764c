// SPDX-License-Identifier: Apache-2.0
// What would be left of a live set had the collector just run: without what no full collection has found
// alive.
#pragma once

#include <map>

#include "slabscope/analysis/held_slabs.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::analysis {

struct SurvivingBytes {
  uint64_t live = 0;
  uint64_t held = 0;  ///< more than it holds with the others' garbage: a slab is shared by fewer
};

struct Survivors {
  /// Whether the main isolate has had a full collection. What an isolate without one has made counts as
  /// surviving: nothing is known of it.
  bool is_known = false;
  Totals all;
  Totals totals;                                         ///< of the survivors
  std::map<recording::FrameId, SurvivingBytes> callers;  ///< by owner; shared out as stackCosts() does
  std::map<recording::StoreId, uint64_t> slabs;          ///< that survive, with their live bytes then
};

Survivors survivorsOf(const Scan& scan, const HeldSlabs& held);

}  // namespace slabscope::analysis
