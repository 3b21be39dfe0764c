// SPDX-License-Identifier: Apache-2.0
#include "read_recording.h"

#include "progress.h"
#include "slabscope/analysis/source_maps.h"

namespace slabscope::cli {

Result<analysis::Scan> readRecording(const std::string& file, bool source_maps) {
  ProgressLine progress("reading", 0);
  Result<analysis::Scan> scan = analysis::scan(file, progress.callback());
  if (scan && source_maps) analysis::applySourceMaps(*scan);
  return scan;
}

}  // namespace slabscope::cli
