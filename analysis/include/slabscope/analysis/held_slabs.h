// SPDX-License-Identifier: Apache-2.0
// The slabs of a live set with the slices that hold them.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/analysis/live_set.h"

namespace slabscope::analysis {

class HeldSlabs {
 public:
  /// Takes four bytes for each slice. Valid as long as nothing is applied to `live`, which must outlive this.
  explicit HeldSlabs(const LiveSet& live);

  const LiveSet& live() const { return live_; }

  /// Calls visit(slab, its live slices) for every slab that has any; both in no order. The list is the
  /// visitor's to reorder.
  template <class Visit>
  void forEach(Visit&& visit) const {
    std::vector<const LiveSlice*> slices;
    for (const Held& held : slabs_) {
      slices.clear();
      for (uint32_t i = held.begin; i < held.end; ++i) slices.push_back(&live_.slices().byHandle(slices_[i]));
      visit(*held.slab, slices);
    }
  }

 private:
  struct Held {
    const LiveStore* slab = nullptr;
    uint32_t begin = 0;  // in slices_
    uint32_t end = 0;
  };

  const LiveSet& live_;
  std::vector<Held> slabs_;
  std::vector<LiveTable<recording::SliceId, LiveSlice>::Handle> slices_;
};

}  // namespace slabscope::analysis
