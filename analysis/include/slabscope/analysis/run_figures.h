// SPDX-License-Identifier: Apache-2.0
// One recording in the figures by which it is compared with others.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slabscope/analysis/caller_match.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::analysis {

/// The file name of the script that was run: the first argument that is no option of node's. Empty when it is
/// not known.
std::string programOf(const recording::Header& header);

/// What of a run is looked at: what is there at `at`, and what has happened from `from` up to then. Both as
/// chooseInstant() understands them; an empty `from` is the start.
struct RunRange {
  std::string_view at = "end";
  std::string_view from = {};
};

/// What a caller has cost up to the instant, as stackCosts() counts it. Bytes, but for the first.
enum class CallerFigure : uint8_t { kAllocations, kBytes, kLiveBytes, kHeldBytes };
inline constexpr size_t kCallerFigures = 4;
/// "allocations", "bytes", "live_bytes", "held_bytes"
const char* toString(CallerFigure figure);
/// Whether it adds up what has happened since RunFigures::from_t; the others are of what is alive.
constexpr bool isSum(CallerFigure figure) {
  return figure == CallerFigure::kAllocations || figure == CallerFigure::kBytes;
}

/// A figure, and what it may be whenever the collector runs. What has not survived a full collection yet may
/// be garbage: one end of the range is the figure without all of that, the other is the figure itself.
struct Span {
  double told = 0;
  double low = 0;
  double high = 0;
};

struct CallerSpans {
  CallerPlace place;
  std::array<Span, kCallerFigures> figures{};  ///< by CallerFigure
  Span& operator[](CallerFigure figure) { return figures[static_cast<size_t>(figure)]; }
  const Span& operator[](CallerFigure figure) const { return figures[static_cast<size_t>(figure)]; }
};

enum class Unit : uint8_t { kCount, kBytes, kNanoseconds, kShare, kRatio };

/// A figure of the whole run.
struct Metric {
  const char* name;  ///< in JSON and in --fail-if
  Unit unit;
  bool is_sum = false;     ///< it adds up what has happened since RunFigures::from_t
  bool of_slices = false;  ///< it rests on slices
};
/// held_bytes and so on are sums over all callers; slab_* are of the slabs alive at the instant, *_p50 and
/// *_p95 over these.
inline constexpr std::array<Metric, 26> kMetrics = {{
    {"held_bytes", Unit::kBytes, false, true},
    {"live_bytes", Unit::kBytes, false, true},
    {"bytes", Unit::kBytes, true, true},
    {"allocations", Unit::kCount, true, true},
    {"stores", Unit::kCount},
    {"store_bytes", Unit::kBytes},
    {"slices", Unit::kCount, false, true},
    {"slabs", Unit::kCount},
    {"slab_bytes", Unit::kBytes},
    {"slab_live_bytes", Unit::kBytes, false, true},
    {"slab_dead_bytes", Unit::kBytes, false, true},
    {"slab_gap_bytes", Unit::kBytes, false, true},
    {"slab_tail_bytes", Unit::kBytes, false, true},
    {"utilisation", Unit::kShare, false, true},
    {"amplification", Unit::kRatio, false, true},
    {"utilisation_p50", Unit::kShare, false, true},
    {"utilisation_p95", Unit::kShare, false, true},
    {"slab_live_p50", Unit::kBytes, false, true},
    {"slab_live_p95", Unit::kBytes, false, true},
    {"peak_store_bytes", Unit::kBytes},
    {"rss_max", Unit::kBytes},
    {"collections", Unit::kCount, true},
    {"collection_time", Unit::kNanoseconds, true},
    {"duration", Unit::kNanoseconds},
    {"marks", Unit::kCount, true},
    {"lost_events", Unit::kCount},
}};
/// The metric's place in kMetrics; kMetrics.size() when there is none of that name.
size_t metricOf(std::string_view name);

struct RunFigures {
  std::string path;
  std::string node;     ///< process.version
  std::string program;  ///< the script's file name; empty when it is not known
  std::string at;       ///< as the user called the instant
  recording::Nanoseconds t = 0;
  std::string from;  ///< as the user called where sums begin; empty: the start
  recording::Nanoseconds from_t = 0;
  /// What was before it was dropped (--max-size): sums begin there at the earliest. 0: nothing was.
  recording::Nanoseconds kept_from = 0;
  uint64_t marks = 0;      ///< in the range
  uint64_t slab_size = 0;  ///< of the pool, in bytes; 0 when it is not known
  std::array<Span, kMetrics.size()> metrics{};
  std::vector<CallerSpans> callers;
  std::vector<std::string> missing;  ///< capabilities
  SourceMapSummary source_maps;
  bool complete = true;
  bool knows_slices = true;  ///< Scan::knowsSlices(); without them callers have only stores of their own
  uint64_t batches =
      0;  ///< that were read: fewer than the scan's where the file is damaged in what that left out
  /// There was a full collection up to the instant; without one nothing tells garbage, and ranges are points.
  bool knows_garbage = false;

  const Span& metric(std::string_view name) const { return metrics[metricOf(name)]; }
  /// Sums lack the run's beginning, though nobody asked for that.
  bool lacksItsBeginning() const { return kept_from != 0 && from.empty(); }
};

/// A frame of the scan's definitions as a caller; without a function and a file for frame 0.
CallerPlace placeOf(const Scan& scan, recording::FrameId id);

/// Reads a recording up to the range's end, with the callers that the scan has. Collections, their time and
/// marks are of the range; the peaks, the duration and what was lost are of the whole run. The error names
/// the file and what to do.
Result<RunFigures> runFigures(const Scan& scan, const RunRange& range, const Progress& progress = {});

/// Puts the callers' own names (of source maps, say) into the scan's definitions.
using NameCallers = std::function<void(Scan& scan)>;
/// What scan(), `name_callers` and runFigures() of a range from the start to "end" tell, in one pass and half
/// of the time. Nothing where that is not possible, as for surveyWhole().
Result<std::optional<RunFigures>> wholeRunFigures(const std::string& path,
                                                  const NameCallers& name_callers = {},
                                                  const Progress& progress = {});

}  // namespace slabscope::analysis
