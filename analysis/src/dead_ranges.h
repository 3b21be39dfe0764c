// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "slabscope/analysis/slabs.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

/// The addresses that were a store's and are none's now, each with the last store that had it.
class DeadRanges {
 public:
  /// More ranges than this are not kept: then the shortest are forgotten, and exact() is false.
  static constexpr size_t kMost = 1 << 16;

  struct Owner {
    recording::StoreId store;
    recording::Nanoseconds died = 0;
  };
  struct Overlap {
    uint64_t bytes = 0;
    Owner owner;  ///< of the first of these bytes
  };

  /// The store's memory has been given back.
  void add(RangeOfBytes range, const Owner& owner);
  /// The addresses are a store's again. Returns how many of them had been one's before.
  Overlap take(RangeOfBytes range);
  bool exact() const { return shortest_ <= 1; }
  bool empty() const { return ranges_.empty(); }

 private:
  struct Range {
    uint64_t end = 0;
    Owner owner;
  };
  void forgetShortest();

  std::map<uint64_t, Range> ranges_;  // by their begin; they do not overlap
  uint64_t shortest_ = 1;             // shorter ones are not kept
};

}  // namespace slabscope::analysis
