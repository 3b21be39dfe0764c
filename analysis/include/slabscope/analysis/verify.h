// SPDX-License-Identifier: Apache-2.0
// Whether the events of a recording make sense together. (Checksums, ids that are defined and times that run
// forwards are the reader's: a batch that fails there is damage.)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "slabscope/analysis/id_map.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// Feed it every batch, in order. It checks that stores that are freed, resized, moved or cut are alive, that
/// slices lie inside their store and die once, and that a slice and its parent lie in the same store.
class Verifier {
 public:
  void take(const recording::Batch& batch);

  uint64_t problemCount() const { return count_; }
  /// The first kKept of them, each in words.
  const std::vector<std::string>& problems() const { return problems_; }
  static constexpr size_t kKept = 10;

 private:
  template <class Other>
  void on(const Other& /*has no state to be wrong about*/) {}
  void on(const recording::StoreAlloc& event);
  void on(const recording::StoreFree& event);
  void on(const recording::StoreResize& event);
  void on(const recording::StoreMove& event);
  void on(const recording::Slice& event);
  void on(const recording::SliceFree& event);
  void report(recording::Nanoseconds t, const std::string& what);

  IdMap<recording::StoreId, uint64_t> sizes_;
  IdMap<recording::SliceId, recording::StoreId> slices_;
  std::vector<std::string> problems_;
  uint64_t count_ = 0;
};

}  // namespace slabscope::analysis
