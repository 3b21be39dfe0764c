// SPDX-License-Identifier: Apache-2.0
// Shares a slab out among the stacks that its live slices were made at.
#pragma once

#include <cstdint>
#include <vector>

#include "covers.h"
#include "slabscope/analysis/held_slabs.h"
#include "slabscope/analysis/holders.h"

namespace slabscope::analysis {

class SlabShares {
 public:
  struct Share {
    recording::StackId stack;
    uint64_t held = 0;  ///< of the whole slab
    uint64_t live = 0;  ///< of the bytes under live slices
  };

  /// Of a slab of `size` bytes; in proportion to each stack's live bytes, as shareOut() does.
  void share(uint64_t size, SlicesOfSlab slices);

  /// Of the last slab, in no order. Valid until the next.
  const std::vector<Share>& shares() const { return shares_; }
  /// Bytes of the last slab that are under a live slice.
  uint64_t live() const { return live_; }

 private:
  uint64_t live_ = 0;
  std::vector<Share> shares_;
  // They keep their memory from slab to slab.
  Covers covers_;
  std::vector<uint64_t> weights_;
  std::vector<uint32_t> order_;
  std::vector<uint64_t> split_;
  Sharer sharer_;
};

}  // namespace slabscope::analysis
