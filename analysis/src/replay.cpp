// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/replay.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

Result<> replay(const Scan& scan, const std::vector<Instant>& instants, const AtInstant& visit,
                const Progress& progress) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();

  std::vector<size_t> pending(instants.size());
  std::iota(pending.begin(), pending.end(), size_t{0});

  LiveSet live(&scan.kinds);
  const auto visitDue = [&](auto is_due) {
    std::erase_if(pending, [&](size_t index) {
      const bool due = is_due(instants[index]);
      if (due) visit(index, live);
      return due;
    });
  };
  // No instant that is pending is due before both: to look at each of them at every event would cost more
  // than the events.
  Instant next;
  const auto findNext = [&] {
    next = {std::numeric_limits<recording::Nanoseconds>::max(), Instant::kEverythingAtT};
    for (const size_t index : pending) {
      next.t = std::min(next.t, instants[index].t);
      next.events = std::min(next.events, instants[index].events);
    }
  };
  findNext();
  uint64_t seen = 0;
  recording::BatchByKind batch;
  // A file that is still being written has grown since the scan: its kinds and definitions would be missing.
  for (uint64_t i = 0; i < scan.batches && !pending.empty() && reader->next(batch); ++i) {
    batch.events.forEach([&](const auto& event) {
      if (!next.includes(seen, event.t)) {
        visitDue([&](const Instant& instant) { return !instant.includes(seen, event.t); });
        if (pending.empty()) return false;
        findNext();
      }
      live.apply(event);
      ++seen;
      return true;
    });
    if (progress) progress(seen);
  }
  visitDue([](const Instant&) { return true; });
  return Nothing{};
}

}  // namespace slabscope::analysis
