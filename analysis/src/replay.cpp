// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/replay.h"

#include <numeric>
#include <variant>

#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

Result<> replay(const Scan& scan, const std::vector<Instant>& instants, const AtInstant& visit,
                const Progress& progress) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();

  std::vector<size_t> pending(instants.size());
  std::iota(pending.begin(), pending.end(), size_t{0});

  LiveSet live(&scan.kinds);
  // Few are ever asked for at once: looking at each of them costs less than an order that holds for any
  // mixture.
  const auto visitDue = [&](auto is_due) {
    std::erase_if(pending, [&](size_t index) {
      const bool due = is_due(instants[index]);
      if (due) visit(index, live);
      return due;
    });
  };
  uint64_t seen = 0;
  recording::Batch batch;
  // A file that is still being written has grown since the scan: its kinds and definitions would be missing.
  for (uint64_t i = 0; i < scan.batches && !pending.empty() && reader->next(batch); ++i) {
    for (const recording::Event& event : batch.events) {
      const auto t = std::visit([](const auto& one) { return one.t; }, event);
      visitDue([&](const Instant& instant) { return !instant.includes(seen, t); });
      if (pending.empty()) break;
      live.apply(event);
      ++seen;
    }
    if (progress) progress(seen);
  }
  visitDue([](const Instant&) { return true; });
  return Nothing{};
}

}  // namespace slabscope::analysis
