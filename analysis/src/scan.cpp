// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/scan.h"

#include <algorithm>
#include <string>
#include <variant>

#include "scan_builder.h"

namespace slabscope::analysis {
namespace {

using recording::Columns;
using recording::EndKind;
using recording::Integrity;
using recording::Reader;

// Feeds the builder a recording. takeEvents(batch, take) calls take(one) with each event of a batch, or run
// of slices.
template <class AnyBatch, class Next, class TakeEvents>
Result<Scan> scanBy(const std::string& path, const Progress& progress, Next next, TakeEvents takeEvents) {
  Result<Reader> reader = Reader::open(path);
  if (!reader) return reader.error();
  Scan result;
  ScanBuilder builder(result, path, *reader);
  LiveSet live;
  AnyBatch batch;
  uint64_t events = 0;
  while (next(*reader, batch)) {
    builder.begin(batch, live);
    takeEvents(batch, [&](const auto& one) {
      builder.before(one, live);
      live.apply(one);
      builder.after(one, live);
    });
    events += batch.events.size();
    if (progress) progress(events);
  }
  builder.finish(*reader, live);
  result.kinds = builder.kinds();
  return result;
}

Result<Scan> scanRuns(const std::string& path, Columns columns, const Progress& progress) {
  return scanBy<recording::BatchByKind>(
      path, progress, [&](Reader& reader, auto& batch) { return reader.next(batch, columns); },
      [](const auto& batch, const auto& take) { batch.events.forEachRun(take); });
}

}  // namespace

Result<Scan> scan(const std::string& path, const Progress& progress, const BatchObserver& observer) {
  if (!observer) return scanRuns(path, Columns::kAll, progress);
  return scanBy<recording::Batch>(
      path, progress, [](Reader& reader, auto& batch) { return reader.next(batch); },
      [&](const auto& batch, const auto& take) {
        for (const recording::Event& event : batch.events) std::visit(take, event);
        observer(batch);
      });
}

Result<Scan> scanStores(const std::string& path, const Progress& progress) {
  return scanRuns(path, Columns::kWithoutSlices, progress);
}

uint64_t fullCollections(const Scan& scan) {
  return scan.collections.at(static_cast<size_t>(recording::GcKind::kMarkCompact)).count;
}

Result<Reader> reopen(const Scan& scan) {
  Result<Reader> reader = Reader::open(scan.path);
  if (reader && reader->header().dropped != scan.header.dropped)
    return Error{scan.path + ": the recording goes on and has just dropped its oldest part; try again"};
  return reader;
}

bool Scan::isMissing(std::string_view capability) const {
  const auto& all = definitions.capabilities();
  return std::any_of(all.begin(), all.end(), [&](const recording::Capability& one) {
    return one.name == capability && !one.present;
  });
}

bool Scan::knowsSlices() const {
  return header.slices && !isMissing("slices");
}

bool Scan::complete() const {
  return integrity.finished && integrity.damage.empty() && footer && footer->end == EndKind::kExit &&
         footer->stopped_by.empty();
}

std::string endInWords(const Scan& scan) {
  const Integrity& integrity = scan.integrity;
  if (!integrity.finished || !integrity.damage.empty()) {
    return "incomplete end: the recording stops after batch " + std::to_string(integrity.batches) +
           " at byte " + std::to_string(integrity.good_bytes) + ": " +
           (integrity.damage.empty() ? "it was not finished" : integrity.damage);
  }
  if (scan.footer->full)
    return "incomplete end: what was alive did not fit into --max-size any more, the process went on";
  if (!scan.footer->stopped_by.empty()) {
    return "incomplete end: the recording stops at " + std::to_string(scan.footer->end_t / 1'000'000) +
           " ms, where the file could not be written any further: " + scan.footer->stopped_by;
  }
  const int status = scan.footer->end_status;
  const std::string told = std::to_string(status);
  switch (scan.footer->end) {
    case EndKind::kExit:
      return status < 0 ? "complete (exit status unknown)" : "complete (exit status " + told + ")";
    case EndKind::kSignal:
      return "incomplete end: killed by " + (status < 0 ? "a signal" : "signal " + told);
    case EndKind::kDetached:
      return "incomplete end: the recording was stopped while the process went on";
    case EndKind::kUnknown:
      break;
  }
  return "incomplete end: how the process ended is not known";
}

}  // namespace slabscope::analysis
