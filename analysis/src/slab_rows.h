// SPDX-License-Identifier: Apache-2.0
// Makes the table of slabs, event by event.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "cuts.h"
#include "slab_families.h"
#include "slabscope/analysis/held_slabs.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

class SlabRows {
 public:
  /// `scan` must outlive this.
  explicit SlabRows(const Scan& scan) : scan_(scan), owners_(scan.definitions), youngest_(scan.definitions) {}

  /// What happens up to the instant.
  template <class Other>
  void take(const Other& /*changes no slab*/) {}
  void take(const recording::StoreAlloc& event);
  void take(const recording::StoreFree& event);
  void take(const recording::StoreResize& event);
  void take(const recording::StoreMove& event);
  void take(const recording::Slice& event);

  /// At the instant itself.
  void finish(const LiveSet& live);

  /// What happens after it.
  template <class Other>
  void takeLater(const Other& /*ends no slab*/) {}
  void takeLater(const recording::StoreFree& event);

  /// In the order of their birth. Takes them out of this.
  std::vector<SlabRow> takeRows();

 private:
  struct Slab {
    SlabRow row;
    uint64_t address = 0;
    recording::Nanoseconds last_cut = 0;
    Cuts cuts;
  };
  struct Found {
    recording::StoreId id;
    Slab* slab = nullptr;
  };

  Slab* find(recording::StoreId id);
  static void addGap(Slab& slab, uint64_t gap, uint64_t offset);
  void finishRow(Slab& slab, SlicesOfSlab slices);
  static void closeGaps(SlabRow& row, uint64_t gaps);

  const Scan& scan_;
  bool knows_slices_ = true;  // by the instant
  Owners owners_;
  std::unordered_map<uint64_t, Slab> slabs_;  // by store id
  Found last_;
  YoungestSlabs youngest_;
};

}  // namespace slabscope::analysis
