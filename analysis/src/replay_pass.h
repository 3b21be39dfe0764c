// SPDX-License-Identifier: Apache-2.0
// One pass over a recording that holds what is alive, for as many as want to know of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "is_run.h"
#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"
#include "start_near.h"

namespace slabscope::analysis {

/// The instants that are still to come.
class PendingInstants {
 public:
  /// Must outlive this.
  explicit PendingInstants(const std::vector<Instant>& instants)
      : instants_(instants), pending_(instants.size()) {
    std::iota(pending_.begin(), pending_.end(), size_t{0});
    findNext();
  }

  size_t size() const { return pending_.size(); }
  bool empty() const { return pending_.empty(); }
  /// Before both of which no instant comes that is still pending.
  const Instant& next() const { return next_; }
  /// Calls visit(index) for each instant that the event comes after.
  template <class Visit>
  void visitThoseBefore(uint64_t event_index, recording::Nanoseconds event_t, Visit&& visit) {
    if (next_.includes(event_index, event_t)) return;
    take([&](const Instant& instant) { return !instant.includes(event_index, event_t); }, visit);
  }
  /// How many events of a run, the first of which has this index, come before any instant that is pending.
  template <class Run>
  size_t countBeforeNext(uint64_t event_index, const Run& run) const {
    if (event_index >= next_.events) return 0;
    const auto most = static_cast<size_t>(std::min<uint64_t>(run.count, next_.events - event_index));
    if (run.t[most - 1] <= next_.t) return most;
    return static_cast<size_t>(std::upper_bound(run.t, run.t + most, next_.t) - run.t);
  }
  template <class Visit>
  void visitRest(Visit&& visit) {
    take([](const Instant&) { return true; }, visit);
  }

 private:
  template <class IsDue, class Visit>
  void take(IsDue is_due, Visit& visit) {
    std::erase_if(pending_, [&](size_t index) {
      const bool due = is_due(instants_[index]);
      if (due) visit(index);
      return due;
    });
    findNext();
  }
  // None that is pending is due before both: to look at each of them at every event would cost more than the
  // events.
  void findNext() {
    next_ = {std::numeric_limits<recording::Nanoseconds>::max(), Instant::kEverythingAtT};
    for (const size_t index : pending_) {
      next_.t = std::min(next_.t, instants_[index].t);
      next_.events = std::min(next_.events, instants_[index].events);
    }
  }

  const std::vector<Instant>& instants_;
  std::vector<size_t> pending_;
  Instant next_;
};

enum class ReadTo : uint8_t { kLastInstant, kEnd };
/// How slices and their deaths are told: one by one, or as runs (recording/slice_runs.h). All of a run
/// changes what is alive at once, behind what watches it.
enum class Slices : uint8_t { kOneByOne, kByRuns };
/// Nearest: from the snapshot before an instant on, for those to whom what happened before it is nothing.
enum class StartAt : uint8_t { kBeginning, kNearestSnapshot };

/// Calls watch(event, live) with each event up to the last of the instants, with its own type, before it
/// changes what is alive; and visit(index, live) once for each of the instants, in the order of time. Gives
/// the number of whole batches that were read. The error is that of a file that cannot be opened any more.
template <Slices kSlices = Slices::kOneByOne, class Watch, class Visit>
Result<uint64_t> replayPass(const Scan& scan, const std::vector<Instant>& instants, ReadTo read_to,
                            const Progress& progress, Watch&& watch, Visit&& visit,
                            StartAt start_at = StartAt::kBeginning) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  LiveSet live(&scan.kinds);
  PendingInstants pending(instants);
  const auto visitOne = [&](size_t index) { visit(index, std::as_const(live)); };
  uint64_t seen = 0;
  uint64_t batches = 0;
  recording::BatchByKind batch;
  // A file that is still being written has grown since the scan: its kinds and definitions would be missing.
  bool is_near = start_at == StartAt::kBeginning;
  while (batches < scan.batches && (!pending.empty() || read_to == ReadTo::kEnd)) {
    if (!is_near && startNear(scan, pending.next(), *reader, live)) {
      seen = reader->position().events;
      batches = reader->position().batches;
    }
    const size_t left = pending.size();
    is_near = true;
    if (!reader->next(batch)) break;
    ++batches;
    if (pending.empty()) continue;
    const auto take = [&](const auto& event) {
      pending.visitThoseBefore(seen, event.t, visitOne);
      if (pending.empty()) return false;
      watch(event, std::as_const(live));
      live.apply(event);
      ++seen;
      return true;
    };
    if constexpr (kSlices == Slices::kOneByOne) {
      batch.events.forEach(take);
    } else {
      batch.events.forEachRun([&](const auto& one) {
        if constexpr (!isRun<decltype(one)>()) {
          return take(one);
        } else {
          for (auto rest = one; rest.count != 0;) {
            pending.visitThoseBefore(seen, rest.t[0], visitOne);
            if (pending.empty()) return false;
            const size_t count = pending.countBeforeNext(seen, rest);
            const auto part = rest.part(0, count);
            watch(part, std::as_const(live));
            live.apply(part);
            seen += count;
            rest = rest.part(count, rest.count - count);
          }
          return true;
        }
      });
    }
    // A later snapshot may be nearer to the next instant.
    if (start_at == StartAt::kNearestSnapshot && pending.size() != left) is_near = false;
    if (progress) progress(seen);
  }
  pending.visitRest(visitOne);
  return batches;
}

}  // namespace slabscope::analysis
