// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/slab_table.h"

#include "slab_rows.h"

namespace slabscope::analysis {

Result<std::vector<SlabRow>> slabTable(const Scan& scan, const Instant& at, const Progress& progress) {
  Result<recording::Reader> reader = reopen(scan);
  if (!reader) return reader.error();
  SlabRows rows(scan);
  LiveSet live(&scan.kinds);
  uint64_t seen = 0;
  bool reached = false;
  recording::BatchByKind batch;
  while (nextScanned(scan, *reader, batch)) {
    batch.events.forEach([&](const auto& event) {
      if (!reached && !at.includes(seen, event.t)) {
        reached = true;
        rows.finish(live);
      }
      ++seen;
      if (reached) return rows.takeLater(event);
      rows.take(event);
      live.apply(event);
    });
    if (progress) progress(seen);
  }
  if (!reached) rows.finish(live);
  return rows.takeRows();
}

}  // namespace slabscope::analysis
