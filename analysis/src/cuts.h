// SPDX-License-Identifier: Apache-2.0
// What was ever cut from a slab, in few bytes: millions of cuts are of slabs that are still alive.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

class Cuts {
 public:
  void add(uint64_t offset, uint64_t length);

  /// Above every cut; 0 before the first.
  uint64_t end() const { return end_; }
  /// Appends what was cut; ranges may touch and overlap.
  void appendTo(std::vector<RangeOfBytes>& ranges) const;

 private:
  void close();

  // A pool cuts upwards: gap, run, gap, run and so on from the slab's first byte, each in groups of seven
  // bits, the lowest first. The last run is still open.
  std::vector<uint8_t> closed_;
  uint64_t gap_ = 0;
  uint64_t run_ = 0;
  uint64_t end_ = 0;
  std::vector<RangeOfBytes> late_;  // below what had been cut before them
};

}  // namespace slabscope::analysis
