// SPDX-License-Identifier: Apache-2.0
// A pool fills one slab after the other, and does not come back to one that it has left.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// An isolate's slabs of one kind: those of one pool, or of several where there are further realms.
using SlabFamily = std::pair<uint32_t, recording::StoreKind>;

/// Tells slabs with which a further pool of an isolate begins. Each realm (a ShadowRealm, say) loads Node's
/// buffer module for itself, which then makes the first slab of a pool of its own: no other pool has left
/// its slab for that one.
class FurtherPools {
 public:
  /// `definitions` must outlive this.
  explicit FurtherPools(const recording::Definitions& definitions) : definitions_(definitions) {}

  /// The family has one more slab, made by that stack. Whether a further pool begins with it.
  bool beginWith(const SlabFamily& family, recording::StackId stack);

 private:
  const recording::Definitions& definitions_;
  std::set<SlabFamily> known_;
};

/// When the pools of each family have gone on to another slab.
class YoungestSlabs {
 public:
  /// `definitions` must outlive this.
  explicit YoungestSlabs(const recording::Definitions& definitions) : further_pools_(definitions) {}

  void add(recording::StoreId slab, const SlabFamily& family, recording::Nanoseconds born,
           recording::StackId stack);
  /// Whether its pool has gone on to another one since this slab was born and last cut (0: never).
  bool haveReplaced(recording::StoreId slab, const SlabFamily& family, recording::Nanoseconds born,
                    recording::Nanoseconds last_cut) const;

 private:
  FurtherPools further_pools_;
  std::map<SlabFamily, recording::Nanoseconds> born_;
  std::set<uint64_t> firsts_;  // of further pools, by store id
};

}  // namespace slabscope::analysis
