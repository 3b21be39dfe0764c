// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/scan.h"

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace slabscope::analysis {
namespace {

using namespace recording;  // NOLINT(google-build-using-namespace): one function for each of its events

// Sees every event, in order, before and after it has changed the live set.
class Collector {
 public:
  explicit Collector(Scan& scan) : scan_(scan) {
    const Dropped& dropped = scan.header.dropped;
    scan.traffic = {dropped.stores, dropped.freed_stores, dropped.slices, dropped.freed_slices};
    scan.rss_max = dropped.rss_max;
    for (size_t kind = 0; kind < scan.collections.size(); ++kind)
      scan.collections[kind] = {dropped.collections[kind], dropped.collection_time[kind]};
  }

  /// What is told again did not happen in this order alone: only at its end it is a state that has been.
  void beginBatch(bool retold) {
    if (std::exchange(retold_, retold) && !retold) lookForPeak(scan_.header.dropped.until);
  }

  template <class T>
  void take(const T& event) {
    before(event);
    if constexpr (changesTotals<T>()) {
      const Totals totals = live_.totals();
      live_.apply(event);
      count(totals);
    } else {
      live_.apply(event);
    }
    ++seen_;
    after(event);
    scan_.duration = event.t;
  }

  /// Slices or their deaths, of which nothing is to be seen here.
  void take(const UnreadRun& run) {
    (run.is_of_deaths ? scan_.counts.slice_free : scan_.counts.slice) += run.count;
    seen_ += run.count;
    scan_.duration = run.t[run.count - 1];
  }
  void take(const SliceRun& run) { takeEach(run); }
  void take(const SliceFreeRun& run) { takeEach(run); }

  void finish() {
    beginBatch(false);
    if (!ended_) endHere();
  }
  bool isPaused() const { return paused_; }

 private:
  template <class T>
  static constexpr bool changesTotals() {
    return std::is_same_v<T, StoreAlloc> || std::is_same_v<T, StoreFree> || std::is_same_v<T, StoreResize> ||
           std::is_same_v<T, Slice> || std::is_same_v<T, SliceFree>;
  }

  template <class Run>
  void takeEach(const Run& run) {
    for (size_t i = 0; i < run.count; ++i) take(run[i]);
  }

  template <class T>
  void before(const T&) {}
  void before(const IsolateEnd& event) {
    if (event.isolate == kMainIsolate && !ended_) endHere();
  }

  void after(const StoreAlloc& event) {
    ++scan_.counts.store_alloc;
    lookForPeak(event.t);
  }
  void after(const StoreFree&) { ++scan_.counts.store_free; }
  void after(const StoreResize& event) {
    ++scan_.counts.store_resize;
    lookForPeak(event.t);
  }
  void after(const StoreMove&) { ++scan_.counts.store_move; }
  void after(const StoreKindKnown& event) {
    ++scan_.counts.store_kind;
    scan_.kinds.add(event);
  }
  void after(const Slice&) { ++scan_.counts.slice; }
  void after(const SliceFree&) { ++scan_.counts.slice_free; }
  void after(const Gc& event) {
    ++scan_.counts.gc;
    Collections& kind = scan_.collections.at(static_cast<size_t>(event.kind));
    ++kind.count;
    kind.duration += event.duration;
  }
  void after(const Memory& event) {
    ++scan_.counts.memory;
    scan_.rss_max = std::max(scan_.rss_max, event.rss);
    if (event.isolate == kMainIsolate) scan_.last_memory = event;
  }
  void after(const ProcessRss& event) {
    ++scan_.counts.process_rss;
    scan_.rss_max = std::max(scan_.rss_max, event.rss);
  }
  void after(const Mark& event) {
    ++scan_.counts.mark;
    scan_.marks.push_back({event.name, {event.t, seen_}});
  }
  void after(const Lost& event) {
    ++scan_.counts.lost;
    scan_.losses.push_back(event);
    scan_.lost_events += event.count;
  }
  void after(const IsolateStart&) { ++scan_.counts.isolate_start; }
  void after(const IsolateEnd&) { ++scan_.counts.isolate_end; }
  void after(const Pause& event) {
    ++scan_.counts.pause;
    if (paused_) return;
    paused_ = true;
    scan_.pauses.push_back({event.t, event.t});
  }
  void after(const Resume& event) {
    ++scan_.counts.resume;
    if (paused_) scan_.pauses.back().until = event.t;
    paused_ = false;
  }

  static void countChange(uint64_t before, uint64_t after, uint64_t& born, uint64_t& died) {
    born += std::max(before, after) - before;
    died += before - std::min(before, after);
  }
  void count(const Totals& before) {
    const Totals& after = live_.totals();
    Traffic& all = scan_.traffic;
    countChange(before.stores, after.stores, all.stores.count, all.freed_stores.count);
    countChange(before.store_bytes, after.store_bytes, all.stores.bytes, all.freed_stores.bytes);
    countChange(before.slices, after.slices, all.slices.count, all.freed_slices.count);
    countChange(before.slice_bytes, after.slice_bytes, all.slices.bytes, all.freed_slices.bytes);
  }

  void lookForPeak(Nanoseconds t) {
    if (retold_) return;
    if (live_.totals().store_bytes <= scan_.at_peak.store_bytes) return;
    scan_.peak = {t, seen_};
    scan_.at_peak = live_.totals();
  }
  void endHere() {
    ended_ = true;
    scan_.end = {scan_.duration, seen_};
    scan_.at_end = live_.totals();
  }

  Scan& scan_;
  LiveSet live_;
  uint64_t seen_ = 0;
  bool ended_ = false;
  bool paused_ = false;
  bool retold_ = false;
};

// What is true of all batches, whichever form their events have.
template <class AnyBatch, class Next, class TakeEvents>
void readAll(Next next, Scan& scan, Collector& collector, const Progress& progress, TakeEvents takeEvents) {
  AnyBatch batch;
  uint64_t events = 0;
  while (next(batch)) {
    ++scan.batches;
    scan.strings += batch.strings.size();
    scan.definitions.add(batch);
    scan.unknown_events += batch.unknown_events;
    collector.beginBatch(batch.retold);
    takeEvents(batch);
    events += batch.events.size();
    if (progress) progress(events);
  }
}

// Calls read(reader, scan, collector), which feeds the collector all batches.
template <class Read>
Result<Scan> scanBy(const std::string& path, Read read) {
  Result<Reader> reader = Reader::open(path);
  if (!reader) return reader.error();

  Scan result;
  result.path = path;
  result.header = reader->header();
  // An instant without events is the state before the first of them.
  result.peak = {0, 0};
  Collector collector(result);
  read(*reader, result, collector);
  collector.finish();
  result.integrity = reader->integrity();
  result.footer = reader->footer();
  result.duration = std::max(result.duration, result.header.dropped.until);
  if (result.footer) result.duration = std::max(result.duration, result.footer->end_t);
  if (collector.isPaused()) result.pauses.back().until = result.duration;
  return result;
}

}  // namespace

Result<Scan> scan(const std::string& path, const Progress& progress, const BatchObserver& observer) {
  return scanBy(path, [&](Reader& reader, Scan& result, Collector& collector) {
    const auto next = [&](auto& batch) { return reader.next(batch); };
    if (observer) {
      readAll<Batch>(next, result, collector, progress, [&](const Batch& batch) {
        for (const Event& event : batch.events)
          std::visit([&](const auto& one) { collector.take(one); }, event);
        observer(batch);
      });
    } else {
      readAll<BatchByKind>(next, result, collector, progress, [&](const BatchByKind& batch) {
        batch.events.forEachRun([&](const auto& events) { collector.take(events); });
      });
    }
  });
}

Result<Scan> scanStores(const std::string& path, const Progress& progress) {
  return scanBy(path, [&](Reader& reader, Scan& result, Collector& collector) {
    const auto next = [&](BatchByKind& batch) { return reader.next(batch, Columns::kWithoutSlices); };
    readAll<BatchByKind>(next, result, collector, progress, [&](const BatchByKind& batch) {
      batch.events.forEachRun([&](const auto& events) { collector.take(events); });
    });
  });
}

Result<Reader> reopen(const Scan& scan) {
  Result<Reader> reader = Reader::open(scan.path);
  if (reader && reader->header().dropped != scan.header.dropped)
    return Error{scan.path + ": the recording goes on and has just dropped its oldest part; try again"};
  return reader;
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
