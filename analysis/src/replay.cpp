// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/replay.h"

#include <algorithm>
#include <numeric>
#include <variant>

#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

Result<> replay(const Scan& scan, const std::vector<Instant>& instants, const AtInstant& visit,
                const Progress& progress) {
  Result<recording::Reader> reader = recording::Reader::open(scan.path);
  if (!reader) return reader.error();

  std::vector<size_t> order(instants.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return instants[a] < instants[b]; });

  LiveSet live(&scan.kinds);
  auto due = order.begin();
  uint64_t seen = 0;
  recording::Batch batch;
  // A file that is still being written has grown since the scan: its kinds and definitions would be missing.
  for (uint64_t i = 0; i < scan.batches && due != order.end() && reader->next(batch); ++i) {
    for (const recording::Event& event : batch.events) {
      const auto t = std::visit([](const auto& one) { return one.t; }, event);
      while (due != order.end() && !instants[*due].includes(seen, t)) visit(*due++, live);
      if (due == order.end()) break;
      live.apply(event);
      ++seen;
    }
    if (progress) progress(seen);
  }
  while (due != order.end()) visit(*due++, live);
  return Nothing{};
}

}  // namespace slabscope::analysis
