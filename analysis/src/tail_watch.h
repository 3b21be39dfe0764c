// SPDX-License-Identifier: Apache-2.0
// Finds out for whose requests pools have left their slabs, and what was never cut of these.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "slab_families.h"
#include "slabscope/analysis/evidence.h"
#include "slabscope/analysis/live_table.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

class TailWatch {
 public:
  /// Both must outlive this.
  TailWatch(const Scan& scan, const Owners& owners)
      : scan_(scan), owners_(owners), further_pools_(scan.definitions) {}

  void take(const recording::StoreAlloc& event, recording::StoreKind kind);
  void take(const recording::StoreFree& event);
  void take(const recording::SliceRun& run);

  std::vector<TailMaker> finish() const;

 private:
  struct Left {
    recording::FrameId owner;
    uint64_t tail = 0;
    uint64_t request = 0;
    bool by_string = false;
  };
  struct Slab {
    uint64_t size = 0;
    uint64_t cut_end = 0;
    uint32_t isolate = 0;
    bool has_cuts = false;
    recording::StoreId before{};  // the slab that its pool left for it
    uint64_t tail_before = 0;     // what was uncut of that one
    uint64_t size_before = 0;     // 0: there was none, or nothing was cut from it
    std::optional<Left> left{};   // once it is known for whom
  };

  void goOn(Slab& next, recording::StoreId id);
  Slab* slabOf(recording::StoreId id);
  void takeCuts(Slab& slab, const recording::SliceRun& run);
  void blame(Slab& next, recording::StackId stack, uint64_t length);
  void count(const Left& left, uint64_t size, bool added);
  bool isOfString(recording::StackId stack);

  const Scan& scan_;
  const Owners& owners_;
  FurtherPools further_pools_;
  LiveTable<recording::StoreId, Slab> slabs_;
  recording::StoreId last_;                         // that was cut from
  Slab* last_slab_ = nullptr;                       // null after a change of slabs_
  std::map<uint32_t, recording::StoreId> current_;  // of each isolate
  std::vector<TailMaker> makers_;                   // by the owner's id
  std::unordered_map<uint32_t, bool> of_string_;    // by stack id
};

}  // namespace slabscope::analysis
