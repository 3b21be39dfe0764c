// SPDX-License-Identifier: Apache-2.0
#include "explain.h"

#include "commands.h"
#include "json_fields.h"
#include "output.h"
#include "progress.h"

namespace slabscope::cli {

int runExplain(const ExplainOptions& options) {
  Result<analysis::Scan> scan = [&] {
    ProgressLine progress("reading", 0);
    return analysis::scan(options.file, progress.callback());
  }();
  if (!scan) return complain(scan.error().message);
  const Result<analysis::PoolFacts> facts = [&] {
    ProgressLine progress("replaying", scan->integrity.events);
    return analysis::poolFacts(*scan, progress.callback());
  }();
  if (!facts) return complain(facts.error().message);
  return print(options.json ? dumpPretty(explainJson(*scan, *facts)) : explainText(*scan, *facts));
}

}  // namespace slabscope::cli
