// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include "commands.h"
#include "json_fields.h"
#include "output.h"
#include "progress.h"
#include "slabscope/analysis/choose_instant.h"

namespace slabscope::cli {

int runReport(const ReportOptions& options) {
  Result<analysis::Scan> scan = [&] {
    ProgressLine progress("reading", 0);
    return analysis::scan(options.file, progress.callback());
  }();
  if (!scan) return complain(scan.error().message);

  std::vector<analysis::NamedInstant> instants;
  if (options.at.empty()) {
    instants = {{"end", scan->end}, {"peak", scan->peak}};
  } else {
    Result<analysis::NamedInstant> chosen = analysis::chooseInstant(*scan, options.at);
    if (!chosen) return complain(chosen.error().message);
    instants.push_back(*chosen);
  }

  Result<std::vector<analysis::InstantReport>> found = [&] {
    ProgressLine progress("replaying", scan->integrity.events);
    return analysis::reportAt(*scan, instants, progress.callback());
  }();
  if (!found) return complain(found.error().message);
  const Report report{*scan, std::move(*found), options.top};
  return print(options.json ? dumpPretty(reportJson(report)) : reportText(report));
}

}  // namespace slabscope::cli
