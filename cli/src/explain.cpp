// SPDX-License-Identifier: Apache-2.0
#include "explain.h"

#include "commands.h"
#include "json_fields.h"
#include "output.h"
#include "progress.h"
#include "read_recording.h"

namespace slabscope::cli {

int runExplain(const ExplainOptions& options) {
  const Result<analysis::Scan> scan = readRecording(options.file, options.source_maps);
  if (!scan) return complain(scan.error().message);
  const Result<analysis::PoolFacts> facts =
      withProgress("replaying", scan->integrity.events,
                   [&](const auto& progress) { return analysis::poolFacts(*scan, progress); });
  if (!facts) return complain(facts.error().message);
  return print(options.json ? dumpPretty(explainJson(*scan, *facts)) : explainText(*scan, *facts));
}

}  // namespace slabscope::cli
