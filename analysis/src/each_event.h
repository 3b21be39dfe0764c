// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// Calls take(event) for every event of the recording up to the instant, from its start. The error is that of
/// a file that cannot be opened any more.
template <class Take>
Result<> eachEventUpTo(const Scan& scan, const Instant& at, const Progress& progress, Take&& take) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  uint64_t seen = 0;
  bool reached = false;
  recording::Batch batch;
  // A file that is still being written has grown since the scan: its kinds and definitions would be missing.
  for (uint64_t i = 0; i < scan.batches && !reached && reader->next(batch); ++i) {
    for (const recording::Event& event : batch.events) {
      const auto t = std::visit([](const auto& one) { return one.t; }, event);
      reached = !at.includes(seen, t);
      if (reached) break;
      take(event);
      ++seen;
    }
    if (progress) progress(seen);
  }
  return Nothing{};
}

}  // namespace slabscope::analysis
