// SPDX-License-Identifier: Apache-2.0
// How many bytes of a slab lie under the slices of each of its callers. One step for each slice: slices come
// in the order of their offsets, so that each caller's need not be sorted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "slabscope/analysis/held_slabs.h"

namespace slabscope::analysis {

struct Cover {
  uint32_t caller = 0;
  uint64_t bytes = 0;
  uint64_t slices = 0;
  uint64_t covered = 0;  // everything of this caller below it has been counted
};

class Covers {
 public:
  /// In the order in which they come first; valid until the next. callerOf(slice) is a number, from 0 and not
  /// much higher than there are callers: a place in a list is kept for each.
  template <class CallerOf>
  const std::vector<Cover>& of(SlicesOfSlab slices, CallerOf callerOf) {
    covers_.clear();
    ++round_;
    for (const LiveSlice* slice : slices) {
      Cover& cover = coverOf(callerOf(*slice));
      ++cover.slices;
      const uint64_t begin = std::max(slice->offset, cover.covered);
      const uint64_t end = slice->offset + slice->length;
      if (end <= begin) continue;
      cover.bytes += end - begin;
      cover.covered = end;
    }
    return covers_;
  }

 private:
  struct Place {
    uint64_t round = 0;  // in which it is valid
    size_t index = 0;    // in covers_
  };

  Cover& coverOf(uint32_t caller) {
    if (caller >= places_.size()) places_.resize(caller + size_t{1});
    Place& place = places_[caller];
    if (place.round != round_) {
      place = {round_, covers_.size()};
      covers_.push_back({.caller = caller});
    }
    return covers_[place.index];
  }

  uint64_t round_ = 0;
  std::vector<Place> places_;  // by caller
  std::vector<Cover> covers_;
};

}  // namespace slabscope::analysis
