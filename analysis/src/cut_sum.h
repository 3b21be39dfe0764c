// SPDX-License-Identifier: Apache-2.0
// How much was ever cut from a slab: a few numbers, however many cuts there were. It knows when they do not
// suffice, and the ranges themselves (cuts.h) have to be looked at.
#pragma once

#include <cstdint>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {

class CutSum {
 public:
  void add(uint64_t offset, uint64_t length, recording::Nanoseconds t) {
    last_ = t;
    const uint64_t end = offset + length;
    if (offset > end_) {
      gaps_ += offset - end_;
      run_ = offset;
    } else if (offset < run_ && gaps_ != 0) {
      // It may lie in a gap, in part, and where the gaps are is forgotten.
      is_sure_ = false;
    }
    if (end > end_) end_ = end;
  }

  /// Whether it is known that these bytes were cut: a pool cuts upwards, and its cuts touch but for padding.
  bool isCut(uint64_t begin, uint64_t end) const { return end <= end_ && (begin >= run_ || gaps_ == 0); }
  /// A view of bytes that are perhaps not cut.
  void addStrangeView() { has_strange_views_ = true; }

  /// Whether the figures are exact for a slab of that size that has live views or has not.
  bool isSure(uint64_t size, bool has_views) const {
    return is_sure_ && end_ <= size && !(has_strange_views_ && has_views);
  }
  /// Above every cut; 0 before the first.
  uint64_t end() const { return end_; }
  /// Bytes below the end that were never cut.
  uint64_t gaps() const { return gaps_; }
  /// Of the last cut; 0 before the first.
  recording::Nanoseconds last() const { return last_; }

 private:
  uint64_t end_ = 0;
  uint64_t gaps_ = 0;
  uint64_t run_ = 0;  // from here to the end everything was cut
  recording::Nanoseconds last_ = 0;
  bool is_sure_ = true;
  bool has_strange_views_ = false;
};

}  // namespace slabscope::analysis
