// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/pool_facts.h"

#include <variant>

#include "pool_tracker.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

uint64_t FillFigures::tail() const {
  uint64_t sum = 0;
  for (const recording::Tally& one : tails) sum += one.bytes;
  return sum;
}

double FillFigures::fill() const {
  return bytes == 0 ? 0 : static_cast<double>(cut) / static_cast<double>(bytes);
}

Result<PoolFacts> poolFacts(const Scan& scan, const Progress& progress) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  PoolTracker tracker(scan);
  uint64_t seen = 0;
  bool ended = false;
  recording::Batch batch;
  while (nextScanned(scan, *reader, batch)) {
    for (const recording::Event& event : batch.events) {
      const auto t = std::visit([](const auto& one) { return one.t; }, event);
      if (!ended && !scan.end.includes(seen, t)) {
        tracker.atEnd();
        ended = true;
      }
      tracker.take(event, batch.retold);
      ++seen;
    }
    if (progress) progress(seen);
  }
  if (!ended) tracker.atEnd();
  PoolFacts facts = tracker.finish();
  judge(facts, scan);
  return facts;
}

}  // namespace slabscope::analysis
