// SPDX-License-Identifier: Apache-2.0
// A pool fills one slab after the other, and does not come back to one that it has left.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// The slabs of one pool: an isolate's slabs of one kind.
using SlabFamily = std::pair<uint32_t, recording::StoreKind>;

/// When each pool has begun its latest slab.
class YoungestSlabs {
 public:
  void add(const SlabFamily& family, recording::Nanoseconds born) { born_[family] = born; }
  /// Whether the pool has begun another one since this slab was born and last cut.
  bool haveReplaced(const SlabFamily& family, recording::Nanoseconds born,
                    recording::Nanoseconds last_cut) const {
    const auto youngest = born_.find(family);
    return youngest != born_.end() && youngest->second > std::max(last_cut, born);
  }

 private:
  std::map<SlabFamily, recording::Nanoseconds> born_;
};

}  // namespace slabscope::analysis
