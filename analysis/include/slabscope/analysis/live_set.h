// SPDX-License-Identifier: Apache-2.0
// What is alive at an instant: fed with a recording's events in their order, it holds the stores and slices
// that were born and have not died. Its memory grows with what is alive, not with what has happened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "slabscope/analysis/final_kinds.h"
#include "slabscope/analysis/full_collections.h"
#include "slabscope/analysis/id_map.h"
#include "slabscope/analysis/live_table.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// The isolate of Node's main thread.
inline constexpr uint32_t kMainIsolate = 0;

struct LiveStore {
  uint64_t size = 0;
  recording::StoreKind kind = recording::StoreKind::kArrayBuffer;
  recording::StackId stack;
  uint32_t isolate = 0;  ///< the one that it was moved to last
  recording::Nanoseconds born = 0;
  uint64_t slices = 0;       ///< live ones
  uint64_t slice_bytes = 0;  ///< the sum of their lengths
};

struct LiveSlice {
  recording::StoreId store;
  uint64_t offset = 0;
  uint64_t length = 0;
  recording::Nanoseconds born = 0;
  recording::StackId stack;
  uint32_t isolate : 31 = 0;
  bool is_view : 1 = false;  ///< made from another slice, not cut from the store
};
static_assert(sizeof(LiveSlice) == 40, "there are as many as a program has Buffers");

/// A slab is a store that several Buffers are cut from: Node's pool, or that of its C++.
constexpr bool isSlab(recording::StoreKind kind) {
  return kind == recording::StoreKind::kPool || kind == recording::StoreKind::kNativePool;
}

struct Totals {
  uint64_t stores = 0;
  uint64_t store_bytes = 0;
  uint64_t slices = 0;
  uint64_t slice_bytes = 0;  ///< the sum of their lengths: bytes under a Buffer and a view of it count twice
};

class LiveSet {
 public:
  /// `kinds`, which must outlive this, corrects the kinds at birth; null: they stay as they were stated.
  explicit LiveSet(const FinalKinds* kinds = nullptr) : kinds_(kinds) {}

  void apply(const recording::Event& event);
  // One function for each kind of event: what goes through EventsByKind need not ask for the kind again.
  void apply(const recording::StoreAlloc& event);
  void apply(const recording::StoreFree& event);
  void apply(const recording::StoreResize& event);
  void apply(const recording::StoreMove& event);
  void apply(const recording::Slice& event);
  void apply(const recording::SliceFree& event);
  void apply(const recording::SliceRun& run);
  void apply(const recording::SliceFreeRun& run);
  void apply(const recording::Gc& event) { collections_.on(event); }
  template <class Other>
  void apply(const Other& /*changes nothing here*/) {}

  /// For who goes on with stores alone: slices are none of the set's any more, nor may any be applied. Those
  /// that are alive stay in totals() until their store dies.
  void forgetSlices();

  const Totals& totals() const { return totals_; }
  const LiveTable<recording::StoreId, LiveStore>& stores() const { return stores_; }
  /// Calls visit(id, slice) for every live slice whose store is alive, in no order.
  template <class Visit>
  void forEachSlice(Visit&& visit) const {
    slices_.forEach([&](recording::SliceId id, const LiveSlice& slice) {
      if (stores_.find(slice.store) != nullptr) visit(id, slice);
    });
  }

  /// Those too whose store died before them and that are not forgotten yet.
  const LiveTable<recording::SliceId, LiveSlice>& slices() const { return slices_; }
  /// Null when it is dead, or its store is and it was forgotten. The pointer is valid until the next event.
  const LiveSlice* findSlice(recording::SliceId id) const { return slices_.find(id); }

  const FullCollections& collections() const { return collections_; }

 private:
  LiveStore* storeOf(recording::StoreId id);
  void changeStores();
  void removeFromStore(recording::StoreId id, uint64_t slices, uint64_t bytes);
  void addSlices(LiveStore& store, const recording::SliceRun& run);
  void forgetOrphans();

  const FinalKinds* kinds_;
  Totals totals_;
  LiveTable<recording::StoreId, LiveStore> stores_;
  recording::StoreId last_;          // whose slices were born or died last
  LiveStore* last_store_ = nullptr;  // null after a change of stores_
  LiveTable<recording::SliceId, LiveSlice> slices_;
  uint64_t orphans_ = 0;  // slices in slices_ whose store is gone
  FullCollections collections_;
};

}  // namespace slabscope::analysis
