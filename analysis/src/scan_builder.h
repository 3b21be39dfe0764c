// SPDX-License-Identifier: Apache-2.0
// Finds out what a Scan tells, from every batch and every event of a recording, in order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "is_run.h"
#include "slabscope/analysis/final_kinds.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

class ScanBuilder {
 public:
  /// Of a recording of which nothing has been read yet but its header. `scan` must outlive this, and is not
  /// whole before finish(); its definitions are those of the batches so far, and its kinds are left alone.
  ScanBuilder(Scan& scan, const std::string& path, const recording::Reader& reader);

  /// Before the events of the batch. Takes its strings.
  template <class AnyBatch>
  void begin(AnyBatch& batch, const LiveSet& live) {
    ++scan_.batches;
    scan_.strings += batch.strings.size();
    scan_.definitions.add(batch);
    scan_.unknown_events += batch.unknown_events;
    endRetelling(batch.retold, live);
  }

  /// Before an event, or a run of slices or their deaths, changes what is alive, and after it has.
  template <class One>
  void before(const One& one, const LiveSet& live) {
    if constexpr (changesTotals<One>()) totals_ = live.totals();
    if constexpr (std::is_same_v<One, recording::IsolateEnd>) {
      if (one.isolate == kMainIsolate && !ended_) endHere(live);
    }
  }
  template <class One>
  void after(const One& one, const LiveSet& live) {
    if constexpr (changesTotals<One>()) countTraffic(live.totals());
    if constexpr (isRun<One>()) {
      seen_ += one.count;
      scan_.duration = one.t[one.count - 1];
    } else {
      ++seen_;
      scan_.duration = one.t;
    }
    on(one, live);
  }

  /// After the last batch: `reader` has told that there is no more.
  void finish(const recording::Reader& reader, const LiveSet& live);

  uint64_t seen() const { return seen_; }
  /// Whether the main isolate's teardown has begun.
  bool hasEnded() const { return ended_; }
  /// What was told of stores' kinds so far.
  const FinalKinds& kinds() const { return kinds_; }

 private:
  template <class One>
  static constexpr bool changesTotals() {
    return std::is_same_v<One, recording::StoreAlloc> || std::is_same_v<One, recording::StoreFree> ||
           std::is_same_v<One, recording::StoreResize> || std::is_same_v<One, recording::Slice> ||
           std::is_same_v<One, recording::SliceFree> || std::is_same_v<One, recording::SliceRun> ||
           std::is_same_v<One, recording::SliceFreeRun>;
  }

  void on(const recording::StoreAlloc& event, const LiveSet& live) {
    ++scan_.counts.store_alloc;
    lookForPeak(event.t, live);
  }
  void on(const recording::StoreFree& /*event*/, const LiveSet& /*live*/) { ++scan_.counts.store_free; }
  void on(const recording::StoreResize& event, const LiveSet& live) {
    ++scan_.counts.store_resize;
    lookForPeak(event.t, live);
  }
  void on(const recording::StoreMove& /*event*/, const LiveSet& /*live*/) { ++scan_.counts.store_move; }
  void on(const recording::StoreKindKnown& event, const LiveSet& /*live*/) {
    ++scan_.counts.store_kind;
    kinds_.add(event);
  }
  void on(const recording::Slice& /*event*/, const LiveSet& /*live*/) { ++scan_.counts.slice; }
  void on(const recording::SliceFree& /*event*/, const LiveSet& /*live*/) { ++scan_.counts.slice_free; }
  void on(const recording::SliceRun& run, const LiveSet& /*live*/) { scan_.counts.slice += run.count; }
  void on(const recording::SliceFreeRun& run, const LiveSet& /*live*/) {
    scan_.counts.slice_free += run.count;
  }
  void on(const recording::UnreadRun& run, const LiveSet& /*live*/) {
    (run.is_of_deaths ? scan_.counts.slice_free : scan_.counts.slice) += run.count;
  }
  void on(const recording::Gc& event, const LiveSet& live);
  void on(const recording::Memory& event, const LiveSet& live);
  void on(const recording::ProcessRss& event, const LiveSet& live);
  void on(const recording::Mark& event, const LiveSet& live);
  void on(const recording::Lost& event, const LiveSet& live);
  void on(const recording::IsolateStart& /*event*/, const LiveSet& /*live*/) { ++scan_.counts.isolate_start; }
  void on(const recording::IsolateEnd& /*event*/, const LiveSet& /*live*/) { ++scan_.counts.isolate_end; }
  void on(const recording::Pause& event, const LiveSet& live);
  void on(const recording::Resume& event, const LiveSet& live);

  void countTraffic(const Totals& after);
  void endRetelling(bool retold, const LiveSet& live);
  void lookForPeak(recording::Nanoseconds t, const LiveSet& live) {
    if (retold_ || live.totals().store_bytes <= scan_.at_peak.store_bytes) return;
    scan_.peak = {t, seen_};
    scan_.at_peak = live.totals();
  }
  void endHere(const LiveSet& live);

  Scan& scan_;
  FinalKinds kinds_;
  Totals totals_;  // before the event
  uint64_t seen_ = 0;
  bool ended_ = false;
  bool paused_ = false;
  bool retold_ = false;
};

}  // namespace slabscope::analysis
