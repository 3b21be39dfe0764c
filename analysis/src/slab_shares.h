// SPDX-License-Identifier: Apache-2.0
// Shares a slab out among the stacks that its live slices were made at.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

class SlabShares {
 public:
  struct Share {
    recording::StackId stack;
    uint64_t held = 0;  ///< of the whole slab
    uint64_t live = 0;  ///< of the bytes under live slices
  };

  /// Of a slab of `size` bytes; in proportion to each stack's live bytes, as shareOut() does.
  void share(uint64_t size, const std::vector<const LiveSlice*>& slices);

  /// Of the last slab, in the order of the stacks. Valid until the next.
  const std::vector<Share>& shares() const { return shares_; }
  /// Bytes of the last slab that are under a live slice.
  uint64_t live() const { return live_; }

 private:
  struct Part {
    recording::StackId stack;
    RangeOfBytes range;
    // What ends first makes no difference to the bytes under all of them.
    friend bool operator<(const Part& a, const Part& b) {
      return a.stack != b.stack ? a.stack < b.stack : a.range.begin < b.range.begin;
    }
  };

  uint64_t live_ = 0;
  std::vector<Share> shares_;
  // They keep their memory from slab to slab.
  std::vector<Part> parts_;
  std::vector<RangeOfBytes> ranges_;
  std::vector<uint64_t> weights_;
  std::vector<uint64_t> split_;
  Sharer sharer_;
};

}  // namespace slabscope::analysis
