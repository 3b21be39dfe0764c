// SPDX-License-Identifier: Apache-2.0
// Finds copies of whole pool slabs that structured cloning made in place of copies of the Buffers in them.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "slabscope/analysis/evidence.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// What a clone was made from is not in a recording. It is taken for a slab when it is as large as one to the
/// byte and no other store of that size, which it could be a copy of, has been seen.
class CloneWatch {
 public:
  /// Both must outlive this.
  CloneWatch(const Scan& scan, const Owners& owners) : scan_(scan), owners_(owners) {}

  void take(const recording::StoreAlloc& event, recording::StoreKind kind);
  std::vector<SlabCloner> finish() const;

 private:
  enum class Origin : uint8_t { kUnknown, kClone, kSnapshot, kOther };
  struct Clones {
    bool size_is_taken = false;  // by a store that is neither slab nor clone
    std::map<recording::FrameId, uint64_t> by_owner;
  };
  Origin originOf(recording::StackId stack);
  Origin findOrigin(recording::StackId stack) const;

  const Scan& scan_;
  const Owners& owners_;
  std::map<uint64_t, Clones> by_size_;  // of slabs
  std::vector<Origin> origins_;         // by stack id
};

}  // namespace slabscope::analysis
