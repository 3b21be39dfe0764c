// SPDX-License-Identifier: Apache-2.0
#include "info.h"

#include <optional>

#include "commands.h"
#include "json_fields.h"
#include "output.h"
#include "progress.h"

namespace slabscope::cli {

bool Info::sound() const {
  return scan.integrity.finished && scan.integrity.damage.empty() && scan.lost_events == 0 &&
         (verifier == nullptr || verifier->problemCount() == 0);
}

int runInfo(const InfoOptions& options) {
  std::optional<analysis::Verifier> verifier;
  analysis::BatchObserver observer;
  if (options.verify) {
    verifier.emplace();
    observer = [&](const recording::Batch& batch) { verifier->take(batch); };
  }
  Result<analysis::Scan> scan = withProgress(
      "reading", 0, [&](const auto& progress) { return analysis::scan(options.file, progress, observer); });
  if (!scan) return complain(scan.error().message);

  const Info info{*scan, verifier ? &*verifier : nullptr};
  const int printed = print(options.json ? dumpPretty(infoJson(info)) : infoText(info));
  if (printed != kOk) return printed;
  return options.verify && !info.sound() ? kFound : kOk;
}

}  // namespace slabscope::cli
