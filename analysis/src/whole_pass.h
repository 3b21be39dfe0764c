// SPDX-License-Identifier: Apache-2.0
// A scan and a replay in one pass over a recording, where its end tells beforehand what a replay has to know
// (recording::Outline).
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "is_run.h"
#include "scan_builder.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// Whether what the outline says has come true, and nothing of the recording is damaged or missing. `told` is
/// what its events say of stores' kinds.
bool isConfirmed(const Scan& scan, const FinalKinds& told, const recording::Outline& outline);

/// Reads a recording once and makes `scan`, whose definitions grow meanwhile: at each event those are there
/// that it names. The watcher, which may know `scan` before, gets in the order of time
///   watcher.begin(outline)     before everything else
///   watcher.take(one, live)    each event, and each run of slices or their deaths, up to scan.end, before it
///                              changes what is alive
///   watcher.atPeak(live)       at scan.peak
///   watcher.atEnd(t, live)     at scan.end, which is at `t`
/// The traffic of slices in `scan` is that up to its end and its peak.
/// False where the recording has no outline, or another story than that: then nothing counts that `scan` and
/// the watcher have come to. The error is that of Reader::open().
template <class Watcher>
Result<bool> wholePass(const std::string& path, Scan& scan, const Progress& progress, Watcher& watcher) {
  Result<recording::Reader> reader = recording::Reader::open(path);
  if (!reader) return reader.error();
  const std::optional<recording::Outline>& outline = reader->outline();
  if (!outline) return false;

  ScanBuilder builder(scan, path, *reader);
  for (const recording::Outline::Known& known : outline->kinds)
    scan.kinds.add({.t = 0, .store = known.store, .kind = known.kind});
  LiveSet live(&scan.kinds);
  watcher.begin(*outline);
  // The peak lies behind the birth of a store, or at the very beginning: never within a run of slices.
  const auto lookForPeak = [&] {
    if (builder.seen() == outline->peak_events) watcher.atPeak(std::as_const(live));
  };
  lookForPeak();
  bool needs_slices = true;
  recording::BatchByKind batch;
  while (reader->next(batch)) {
    builder.begin(batch, live);
    batch.events.forEachRun([&](const auto& one) {
      const bool had_ended = builder.hasEnded();
      builder.before(one, live);
      if (!builder.hasEnded()) {
        watcher.take(one, std::as_const(live));
      } else if (!had_ended) {
        watcher.atEnd(scan.end.t, std::as_const(live));
      }
      // Behind the end and the peak nobody asks for slices any more.
      if (needs_slices && builder.hasEnded() && builder.seen() >= outline->peak_events) {
        needs_slices = false;
        live.forgetSlices();
      }
      if (needs_slices || !isRun<decltype(one)>()) live.apply(one);
      builder.after(one, live);
      lookForPeak();
    });
    if (progress) progress(builder.seen());
  }
  const bool had_ended = builder.hasEnded();
  builder.finish(*reader, live);
  if (!had_ended) watcher.atEnd(scan.end.t, std::as_const(live));
  return isConfirmed(scan, builder.kinds(), *outline);
}

}  // namespace slabscope::analysis
