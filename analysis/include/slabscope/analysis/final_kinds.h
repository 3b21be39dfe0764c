// SPDX-License-Identifier: Apache-2.0
// What a store is can be found out after its birth, and holds from its birth on: a slab is known by what is
// cut from it.
#pragma once

#include "slabscope/analysis/id_map.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

class FinalKinds {
 public:
  void add(const recording::StoreKindKnown& event) { kinds_.put(event.store, event.kind); }
  /// The last word on the store's kind.
  recording::StoreKind of(const recording::StoreAlloc& alloc) const {
    const recording::StoreKind* found = kinds_.find(alloc.store);
    return found != nullptr ? *found : alloc.kind;
  }
  friend bool operator==(const FinalKinds& a, const FinalKinds& b) {
    bool are_equal = a.kinds_.size() == b.kinds_.size();
    a.kinds_.forEach([&](recording::StoreId store, recording::StoreKind kind) {
      const recording::StoreKind* other = b.kinds_.find(store);
      are_equal = are_equal && other != nullptr && *other == kind;
    });
    return are_equal;
  }

 private:
  IdMap<recording::StoreId, recording::StoreKind> kinds_;
};

}  // namespace slabscope::analysis
