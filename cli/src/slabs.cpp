// SPDX-License-Identifier: Apache-2.0
#include "slabs.h"

#include <algorithm>

#include "commands.h"
#include "json_fields.h"
#include "output.h"
#include "progress.h"
#include "read_recording.h"
#include "slabscope/analysis/choose_instant.h"

namespace slabscope::cli {

int runSlabs(const SlabsOptions& options) {
  Result<analysis::Scan> scan = readRecording(options.file, options.source_maps);
  if (!scan) return complain(scan.error().message);
  const Result<analysis::NamedInstant> at = analysis::chooseInstant(*scan, options.at);
  if (!at) return complain(at.error().message);
  Result<std::vector<analysis::SlabRow>> rows =
      withProgress("replaying", scan->integrity.events,
                   [&](const auto& progress) { return analysis::slabTable(*scan, at->instant, progress); });
  if (!rows) return complain(rows.error().message);
  std::stable_sort(rows->begin(), rows->end(), [](const analysis::SlabRow& a, const analysis::SlabRow& b) {
    return a.size - a.live > b.size - b.live;
  });
  const SlabsReport report{*scan, *at, std::move(*rows), options.top};
  return print(options.json ? dumpPretty(slabsJson(report)) : slabsText(report));
}

}  // namespace slabscope::cli
