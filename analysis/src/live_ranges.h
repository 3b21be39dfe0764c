// SPDX-License-Identifier: Apache-2.0
// The live slices of one slab as ranges of bytes, and how many bytes come and go with each of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "slabscope/analysis/slabs.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

class LiveRanges {
 public:
  /// Returns the bytes of the range that are in no other. It gets the last place; `scratch` saves
  /// allocations.
  uint64_t add(recording::SliceId slice, RangeOfBytes range, std::vector<RangeOfBytes>& scratch) {
    // A pool cuts upwards: most ranges lie behind all others.
    const bool may_share = range.begin < end_;
    end_ = std::max(end_, range.end);
    One added{slice, range, false};
    const uint64_t fresh = may_share ? bytesOfItsOwn(added, scratch) : range.end - range.begin;
    ranges_.push_back(added);
    return fresh;
  }
  size_t lastPlace() const { return ranges_.size() - 1; }
  const RangeOfBytes& at(size_t place) const { return ranges_[place].range; }
  template <class Visit>
  void forEachSlice(Visit&& visit) const {
    for (const One& one : ranges_) visit(one.slice);
  }

  /// Takes out the range at the place, which the last one gets: moved(its slice) is called if that is
  /// another. Returns the bytes that are in no range any more.
  template <class Moved>
  uint64_t remove(size_t place, std::vector<RangeOfBytes>& scratch, Moved&& moved) {
    One gone = ranges_[place];
    ranges_[place] = ranges_.back();
    ranges_.pop_back();
    if (place < ranges_.size()) moved(ranges_[place].slice);
    return gone.shares ? bytesOfItsOwn(gone, scratch) : gone.range.end - gone.range.begin;
  }

  /// The bytes under all of them.
  uint64_t bytes(std::vector<RangeOfBytes>& scratch) const {
    scratch.clear();
    for (const One& one : ranges_) scratch.push_back(one.range);
    return unionOf(scratch);
  }

 private:
  struct One {
    recording::SliceId slice;
    RangeOfBytes range;
    bool shares = false;  // or has shared: bytes with another
  };

  uint64_t bytesOfItsOwn(One& one, std::vector<RangeOfBytes>& scratch) {
    scratch.clear();
    for (One& other : ranges_) {
      const RangeOfBytes common{std::max(one.range.begin, other.range.begin),
                                std::min(one.range.end, other.range.end)};
      if (common.begin >= common.end) continue;
      scratch.push_back(common);
      one.shares = other.shares = true;
    }
    return one.range.end - one.range.begin - unionOf(scratch);
  }

  std::vector<One> ranges_;
  uint64_t end_ = 0;  // behind the furthest of them all
};

}  // namespace slabscope::analysis
