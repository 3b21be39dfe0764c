// SPDX-License-Identifier: Apache-2.0
// Figures of a recording over time, in a form that is drawn at any width at once: the smallest and the
// largest value of each bin of time, and of each two, four, eight bins.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/time_range.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::analysis {

enum class Series : uint8_t {
  kStores,      ///< number alive
  kStoreBytes,  ///< of the stores alive
  kSlabs,       ///< number alive
  kSlabBytes,   ///< of the slabs alive
  kLiveBytes,   ///< of slabs, under at least one live slice
  kRss,         ///< of the process, from whichever source told it last
};
inline constexpr size_t kSeriesCount = static_cast<size_t>(Series::kRss) + 1;

/// What a figure was at least and at most.
struct Extent {
  uint64_t min = std::numeric_limits<uint64_t>::max();
  uint64_t max = 0;

  bool empty() const { return min > max; }  ///< nothing was told
  void add(uint64_t value) { add({value, value}); }
  void add(const Extent& other) {
    if (other.min < min) min = other.min;
    if (other.max > max) max = other.max;
  }
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// From `from` until just before `until`: the value when it begins, and those after every event in it.
struct TimelineColumn {
  recording::Nanoseconds from = 0;
  recording::Nanoseconds until = 0;
  Extent value;
};

/// At how many instants a timeline of a whole recording keeps what is alive.
struct WaypointSpacing {
  /// Between two of them; more where more stores and slices than that are alive, or where more would have to
  /// be kept than what follows.
  uint64_t least_events = uint64_t{1} << 18;
  /// Stores and slices, for each that was alive at once; some ten bytes each.
  uint64_t most_kept = 8;
  uint64_t least_kept = uint64_t{1} << 18;  ///< so many may be kept however few were alive
};

class Waypoints;

class Timeline {
 public:
  /// However long the range, a series has at most so many bins.
  static constexpr size_t kMostBins = size_t{1} << 14;

  /// One pass over the recording, no further than the end of the range. A narrower range has narrower bins:
  /// down to a nanosecond. The error is that of a file that cannot be opened any more.
  static Result<Timeline> build(const Scan& scan, TimeRange range = {}, const Progress& progress = {},
                                const WaypointSpacing& spacing = {});

  /// The same of a part of the recording, where this is a timeline of all of it, in less time: from an
  /// instant near the range on, of which it is known or told in the file what was alive. `scan` is the one
  /// that this was built with.
  Result<Timeline> finer(const Scan& scan, TimeRange range, const Progress& progress = {}) const;

  /// The part of [from, until) that the timeline covers, in at most 2 * `count` columns (none for 0), which
  /// follow each other without a gap; they are at least a bin wide, and the first and the last reach to whole
  /// bins. Takes time in proportion to `count`.
  std::vector<TimelineColumn> columns(Series series, recording::Nanoseconds from,
                                      recording::Nanoseconds until, size_t count) const;

  recording::Nanoseconds binWidth() const { return recording::Nanoseconds{1} << shift_; }
  /// The collections that began in the range.
  const std::vector<recording::Gc>& collections() const { return collections_; }

 private:
  friend class TimelineBuilder;

  using Level = std::vector<Extent>;
  /// The values of all series between two batches; empty: nothing was told yet.
  struct Checkpoint {
    uint64_t events = 0;  ///< of the recording, so far
    std::array<Extent, kSeriesCount> values;
  };

  recording::Nanoseconds from_ = 0;
  unsigned shift_ = 0;  // a bin is 2^shift_ nanoseconds wide
  std::array<std::vector<Level>, kSeriesCount> levels_;
  std::vector<recording::Gc> collections_;
  // Of a whole recording:
  std::vector<Checkpoint> checkpoints_;         // ascending
  std::shared_ptr<const Waypoints> waypoints_;  // each with a checkpoint
};

}  // namespace slabscope::analysis
