// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/analysis/slabs.h"

namespace slabscope::analysis {

/// Which bytes of a slab have been handed out: one bit a byte, an eighth of the slab's size at most. It is
/// exact however many small gaps there are, where a list of ranges would be larger than the slab.
class ByteMap {
 public:
  /// Of larger stores only so many bytes are watched. (A pool is far smaller.)
  static constexpr uint64_t kWatched = uint64_t{64} << 20;

  /// Returns how many of the bytes were not set before.
  uint64_t set(RangeOfBytes range);
  /// Returns how many of the bytes were set.
  uint64_t clear(RangeOfBytes range);
  /// How many of the bytes are set.
  uint64_t count(RangeOfBytes range) const;

 private:
  std::vector<uint64_t> words_;
};

}  // namespace slabscope::analysis
