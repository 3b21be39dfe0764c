// SPDX-License-Identifier: Apache-2.0
// One pass over a recording: everything about it that fits in little memory, and where its interesting
// instants are.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slabscope/analysis/final_kinds.h"
#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/source_map_summary.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"
#include "slabscope/recording/result.h"

namespace slabscope::analysis {

/// Called after every batch with the number of events read so far.
using Progress = std::function<void(uint64_t events)>;
/// Called with every batch of the recording, in order.
using BatchObserver = std::function<void(const recording::Batch& batch)>;

struct EventCounts {
  uint64_t store_alloc = 0;
  uint64_t store_free = 0;
  uint64_t store_resize = 0;
  uint64_t store_move = 0;
  uint64_t store_kind = 0;
  uint64_t slice = 0;
  uint64_t slice_free = 0;
  uint64_t gc = 0;
  uint64_t memory = 0;
  uint64_t process_rss = 0;
  uint64_t mark = 0;
  uint64_t lost = 0;
  uint64_t isolate_start = 0;
  uint64_t isolate_end = 0;
  uint64_t pause = 0;
  uint64_t resume = 0;
};

/// A time in which the user had paused the recording.
struct PausedRange {
  recording::Nanoseconds from = 0;
  recording::Nanoseconds until = 0;
};

/// All collections of one kind.
struct Collections {
  uint64_t count = 0;
  recording::Nanoseconds duration = 0;
};

/// Births and deaths in the whole recording, what its file has lost to a size limit included.
struct Traffic {
  recording::Tally stores;  ///< bytes at birth, and what they grew by
  recording::Tally freed_stores;
  recording::Tally slices;
  recording::Tally freed_slices;  ///< those that died with their store included
};

struct MarkPlace {
  recording::StringId name;
  Instant instant;
};

struct Scan {
  std::string path;
  recording::Header header;
  recording::Definitions definitions;
  uint64_t strings = 0;
  FinalKinds kinds;

  EventCounts counts;  ///< of what is in the file
  Traffic traffic;
  uint64_t unknown_events = 0;
  uint64_t batches = 0;
  recording::Integrity integrity;
  std::optional<recording::Footer> footer;
  std::vector<recording::Lost> losses;
  uint64_t lost_events = 0;
  std::vector<MarkPlace> marks;
  std::vector<PausedRange> pauses;  ///< the last one reaches to the end where it was not resumed

  /// The first instant at which the sum of the live stores' bytes was largest; of a file that has lost
  /// detail, the first since header.dropped.until (header.dropped tells of the time before).
  Instant peak;
  Totals at_peak;
  /// Before the teardown of the main isolate; without one, after the last event.
  Instant end;
  Totals at_end;
  /// Of the last event, or of the footer.
  recording::Nanoseconds duration = 0;

  std::array<Collections, 5> collections;        ///< by recording::GcKind
  uint64_t rss_max = 0;                          ///< 0: never told
  std::optional<recording::Memory> last_memory;  ///< of the main isolate

  SourceMapSummary source_maps;  ///< of applySourceMaps(); nothing before it

  /// The file is finished and the process ended by itself: nothing that it did is missing at the end.
  bool complete() const;
  /// The recording names the capability as one that it lacks.
  bool isMissing(std::string_view capability) const;
  /// Slices were recorded. Without them nothing is known of what lies in slabs, nor who holds these.
  bool knowsSlices() const;
  /// The file has lost its older part to a size limit: nothing is known of instants before
  /// header.dropped.until.
  bool hasDropped() const { return header.dropped.events != 0; }
  /// Live stores had more bytes before header.dropped.until than ever since.
  bool hasDroppedPeak() const { return header.dropped.peak_stores.bytes > at_peak.store_bytes; }
};

/// Reads the whole recording. The error names the file and what to do. A damaged or unfinished file is no
/// error: what can be read is read, and `integrity` says where it stops.
Result<Scan> scan(const std::string& path, const Progress& progress = {}, const BatchObserver& observer = {});

/// The same in a third of the time for who goes on to read all of it: the figures of slices in `traffic`,
/// `at_peak` and `at_end` are 0, and damage that only what tells of slices would show is not seen.
Result<Scan> scanStores(const std::string& path, const Progress& progress = {});

/// The number of collections of the kind mark-compact.
uint64_t fullCollections(const Scan& scan);

/// Opens the recording once more. The error names the file, and may be that a recording that goes on has lost
/// the beginning that was scanned.
Result<recording::Reader> reopen(const Scan& scan);

/// Reader::next() up to the last batch that was scanned. A file that is still being written has grown since,
/// and of what came after it the scan knows neither kinds nor definitions.
template <class AnyBatch>
bool nextScanned(const Scan& scan, recording::Reader& reader, AnyBatch& batch) {
  return reader.position().batches < scan.batches && reader.next(batch);
}

/// What the recording's end says, in words: "complete (exit status 0)", "incomplete end: killed by signal 9",
/// "incomplete end: the recording stops after batch 7 at byte 1234: …".
std::string endInWords(const Scan& scan);

}  // namespace slabscope::analysis
