// SPDX-License-Identifier: Apache-2.0
// Who answers for the bytes of a live set. Its stores are either slabs, which belong to the callers whose
// slices keep them alive, or stores of their own, which belong to the caller that made them.
#pragma once

#include <cstdint>
#include <vector>

#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/slabs.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// A caller that keeps slabs alive by its slices.
struct Holder {
  recording::FrameId owner;  ///< 0: the slices have no stack
  uint64_t held = 0;         ///< its share of the slabs' bytes
  uint64_t alone = 0;        ///< bytes of the slabs that no other caller holds
  uint64_t live = 0;         ///< bytes under at least one of its slices
  uint64_t slices = 0;

  /// held / live; 0 when only slices without a byte hold them.
  double amplification() const {
    return live == 0 ? 0 : static_cast<double>(held) / static_cast<double>(live);
  }
};

/// What has not survived a full collection of its isolate yet, and may be garbage.
struct YoungerSlabs {
  uint64_t count = 0;
  uint64_t bytes = 0;
  std::vector<Holder> holders;  ///< most bytes first; empty slabs have none
};

struct Holders {
  std::vector<Holder> holders;  ///< most held bytes first; among equals in the order of their owner's id
  // Slabs without a live slice: their holder is unknown.
  uint64_t unknown_slabs = 0;
  uint64_t unknown_bytes = 0;
  /// Of survivors only: slabs with no slice that has survived, empty ones if they have not survived
  /// themselves.
  YoungerSlabs younger;
};

/// A caller with live stores that are no slabs.
struct StoreCaller {
  recording::FrameId owner;  ///< 0: the stores have no stack
  uint64_t bytes = 0;
  uint64_t stores = 0;
};

struct SurvivingStores {
  std::vector<StoreCaller> callers;  ///< of stores that have survived a full collection of their isolate
  uint64_t younger_stores = 0;
  uint64_t younger_bytes = 0;
  std::vector<StoreCaller> younger;  ///< the callers of the others
};

/// What a live set comes to. A slab that several callers hold is shared among them in proportion to their
/// live bytes in it, evenly when there are none; the shares, each a whole number, add up to the slab's size,
/// and all of them to the bytes of all slabs.
struct Holdings {
  SlabFigures pool;
  SlabFigures native_pool;
  Holders holders;
  std::vector<StoreCaller> callers;  ///< most bytes first; among equals in the order of their owner's id
  /// By the slices alone that have survived a full collection of their isolate. With those of `younger`, and
  /// the unknown ones that survived, the shares add up to the bytes of all slabs.
  Holders survivors;
  SurvivingStores surviving_stores;
};

Holdings holdingsOf(const LiveSet& live, const Owners& owners);

/// By owner, in no order, the bytes that have survived a full collection: those of stores, and shares of
/// slabs.
struct SurvivingBytes {
  recording::FrameId owner;
  uint64_t bytes = 0;
};
std::vector<SurvivingBytes> survivingBytes(const LiveSet& live, const Owners& owners);
std::vector<SurvivingBytes> survivingBytes(const Holdings& holdings);

/// Splits `whole` into parts in proportion to `weights` (largest remainder; evenly when all are 0), which add
/// up to it; into none when there are no weights. Among equal remainders the earlier one gets more.
std::vector<uint64_t> shareOut(uint64_t whole, const std::vector<uint64_t>& weights);

/// The same for who does it often: keeps its memory.
class Sharer {
 public:
  /// Among equal remainders the one that is lower in `order` gets more. `shares` is overwritten.
  void share(uint64_t whole, const std::vector<uint64_t>& weights, const std::vector<uint32_t>& order,
             std::vector<uint64_t>& shares);

 private:
  struct Remainder {
    uint64_t size = 0;
    uint32_t order = 0;
    uint32_t place = 0;
  };
  std::vector<Remainder> remainders_;
};

}  // namespace slabscope::analysis
