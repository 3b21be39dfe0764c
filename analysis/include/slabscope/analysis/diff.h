// SPDX-License-Identifier: Apache-2.0
// What has changed from some runs of a program to others: callers and the figures of the whole, and which of
// the changes are more than noise.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "slabscope/analysis/run_figures.h"

namespace slabscope::analysis {

/// What counts that grow with time are divided by, so that runs of different lengths can be compared.
enum class Per : uint8_t { kRun, kSecond, kMark };

/// Of two values that are no further apart than this nothing is said.
struct Noise {
  /// Share of the larger one: with one run on a side; with several on both the spread of these tells.
  static constexpr double kShareOfOne = 0.05;
  static constexpr double kShareOfMany = 0.01;
  /// Of times, which depend on what else the machine does, and of the peak of live stores, which depends on
  /// when the collector runs, however many runs there are.
  static constexpr double kShareOfTime = 0.6;
  /// Of RSS and the number of collections, which depend on the collector too.
  static constexpr double kShareOfCollector = 0.25;
  static constexpr double kCount = 100;
  /// Bytes: one slab of the pool, and no less than this.
  static constexpr double kBytes = 8192;
};

/// One figure of both sides.
struct Change {
  Span before;  ///< `told` is the median of the runs, `low` and `high` what all of them cover
  Span after;
  /// The sides do not overlap, and are further apart than noise.
  bool significant = false;
  double delta() const { return after.told - before.told; }
  /// delta / before; 0 when there was nothing before.
  double relative() const { return before.told == 0 ? 0 : delta() / before.told; }
};

enum class Status : uint8_t { kUnchanged, kNew, kGone, kGrown, kShrunk };
/// "unchanged", "new", "gone", "grown", "shrunk"
const char* toString(Status status);

struct CallerChange {
  CallerPlace before;  ///< where it was last on the old side; without a function and a file when it was not
  CallerPlace after;
  bool in_before = false;
  bool in_after = false;
  std::array<Change, kCallerFigures> figures{};  ///< by CallerFigure
  Status status = Status::kUnchanged;  ///< by the first significant of held, live, bytes, allocations

  const CallerPlace& place() const { return in_after ? after : before; }
  const Change& operator[](CallerFigure figure) const { return figures[static_cast<size_t>(figure)]; }
};

struct Diff {
  std::vector<RunFigures> before;
  std::vector<RunFigures> after;
  Per per = Per::kRun;
  std::array<Change, kMetrics.size()> metrics{};
  /// What has changed beyond noise first, then by how many held, live and allocated bytes; callers that
  /// changed most come first.
  std::vector<CallerChange> callers;

  /// The runs cover the same part, or sums (isSum()) are rates. Where not, nothing can be said of how sums
  /// differ, and no change of them is significant.
  bool sums_comparable = true;
  /// Slices were recorded in all runs or in none. Where not, likewise of all that rests on them: of a caller
  /// that is every figure.
  bool slices_comparable = true;

  bool canCompare(const Metric& metric) const {
    return (sums_comparable || !metric.is_sum) && (slices_comparable || !metric.of_slices);
  }
  bool canCompare(CallerFigure figure) const {
    return slices_comparable && (sums_comparable || !isSum(figure));
  }
  const Change& metric(std::string_view name) const { return metrics[metricOf(name)]; }
  /// Nothing is different beyond noise.
  bool isUnchanged() const;
  /// How many callers of JavaScript both sides have.
  size_t commonCallers() const;
};

/// Whether sums of the runs are of the same part of each: not where one lacks its beginning, unless all are
/// of one file.
bool coverTheSamePart(const std::vector<RunFigures>& before, const std::vector<RunFigures>& after);

/// Whether slices were recorded in all runs or in none.
bool knowSlicesAlike(const std::vector<RunFigures>& before, const std::vector<RunFigures>& after);

/// Neither side may be empty. With Per::kMark a run without marks counts as one with one.
Diff compare(std::vector<RunFigures> before, std::vector<RunFigures> after, Per per);

}  // namespace slabscope::analysis
