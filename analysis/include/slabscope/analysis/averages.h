// SPDX-License-Identifier: Apache-2.0
// A figure that changes in steps, as its average over any part of time: what stacked areas are drawn from.
// Averages of parts add up to the average of their sum, which least and most do not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "slabscope/analysis/time_range.h"

namespace slabscope::analysis {

class Averages {
 public:
  /// However long the range, there are so many bins at most.
  static constexpr size_t kMostBins = size_t{1} << 14;

  Averages() = default;
  /// Of a range that is not empty; the figure is 0 before the first change.
  explicit Averages(const TimeRange& range);

  /// From `t` on the figure is so much more. In any order; not after finish().
  void add(recording::Nanoseconds t, int64_t by);
  /// Makes of the changes what over() looks at.
  void finish();

  const TimeRange& range() const { return range_; }
  /// In nanoseconds.
  double binWidth() const { return width_; }
  /// Of [from, until) as far as the range covers it; 0 where it does not. Exact at the borders of bins;
  /// within a bin the figure is taken to be that bin's average. Takes the same time however long the part is.
  double over(recording::Nanoseconds from, recording::Nanoseconds until) const;

 private:
  double sumUntil(double t) const;

  TimeRange range_{0, 1};
  double width_ = 1;
  double first_ = 0;           // the level at the range's beginning
  std::vector<double> steps_;  // by bin: by how much the level at its end differs from that at its beginning
  std::vector<double> parts_;  // by bin: what its own steps add to its area
  std::vector<double> sums_;   // areas of all bins before, once finished
};

}  // namespace slabscope::analysis
