// SPDX-License-Identifier: Apache-2.0
// How long allocations lived: a histogram whose ranges are the powers of two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {

class LifetimeHistogram {
 public:
  /// From `from` up to, and without, `until`.
  struct Range {
    recording::Nanoseconds from = 0;
    recording::Nanoseconds until = 0;
    friend bool operator==(const Range&, const Range&) = default;
  };

  void add(recording::Nanoseconds lifetime);
  void add(const LifetimeHistogram& other);

  /// How many have died.
  uint64_t count() const { return count_; }
  /// How many lived for rangeOf(index): as many entries as there are ranges up to the last one with any.
  const std::vector<uint64_t>& counts() const { return counts_; }
  /// Range 0 is [0, 2) ns, range i [2^i, 2^(i+1)) ns.
  static Range rangeOf(size_t index);

  /// The range of the lifetime that half of them, or 95 of 100, have at most. Nothing when none has died.
  std::optional<Range> median() const { return rangeOfRank((count_ + 1) / 2); }
  std::optional<Range> p95() const { return rangeOfRank(count_ - count_ / 20); }

  friend bool operator==(const LifetimeHistogram&, const LifetimeHistogram&) = default;

 private:
  std::optional<Range> rangeOfRank(uint64_t rank) const;

  uint64_t count_ = 0;
  std::vector<uint64_t> counts_;
};

}  // namespace slabscope::analysis
