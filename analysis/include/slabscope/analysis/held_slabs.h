// SPDX-License-Identifier: Apache-2.0
// The slabs of a live set with the slices that hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "slabscope/analysis/live_set.h"

namespace slabscope::analysis {

/// Live slices of one slab, in the order of their offsets.
using SlicesOfSlab = std::span<const LiveSlice* const>;

/// The bytes under at least one of them.
uint64_t bytesUnder(SlicesOfSlab slices);

class HeldSlabs {
 public:
  /// Takes eight bytes for each slice. Valid as long as nothing is applied to `live`, which must outlive
  /// this.
  explicit HeldSlabs(const LiveSet& live);

  const LiveSet& live() const { return live_; }

  /// Calls visit(slab, its live slices) for every slab that has any, in no order.
  template <class Visit>
  void forEach(Visit&& visit) const {
    for (const Held& held : slabs_)
      visit(*held.slab, SlicesOfSlab(slices_.data() + held.begin, held.end - held.begin));
  }

 private:
  struct Held {
    const LiveStore* slab = nullptr;
    size_t begin = 0;  // in slices_
    size_t end = 0;
  };

  const LiveSet& live_;
  std::vector<Held> slabs_;
  std::vector<const LiveSlice*> slices_;
};

}  // namespace slabscope::analysis
