// SPDX-License-Identifier: Apache-2.0
#include "read_recording.h"

#include <malloc.h>

#include "progress.h"
#include "slabscope/analysis/source_maps.h"

namespace slabscope::cli {

namespace {

// Each look at what is alive takes some megabytes and gives them back: the kernel need not hear of it.
void keepFreedMemory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

template <class Read>
Result<analysis::Scan> readBy(Read read, bool source_maps) {
  keepFreedMemory();
  ProgressLine progress("reading", 0);
  Result<analysis::Scan> scan = read(progress.callback());
  if (scan && source_maps) analysis::applySourceMaps(*scan);
  return scan;
}

}  // namespace

Result<analysis::Scan> readRecording(const std::string& file, bool source_maps) {
  return readBy([&](const auto& progress) { return analysis::scan(file, progress); }, source_maps);
}

Result<analysis::Scan> readStores(const std::string& file, bool source_maps) {
  return readBy([&](const auto& progress) { return analysis::scanStores(file, progress); }, source_maps);
}

Result<std::optional<analysis::WholeSurvey>> surveyRecording(const std::string& file, bool source_maps) {
  keepFreedMemory();
  ProgressLine progress("reading", 0);
  Result<std::optional<analysis::WholeSurvey>> survey = analysis::surveyWhole(file, progress.callback());
  if (survey && *survey && source_maps) analysis::applySourceMaps((*survey)->scan);
  return survey;
}

Result<std::optional<analysis::RunFigures>> readRunFigures(const std::string& file, bool source_maps) {
  keepFreedMemory();
  ProgressLine progress("reading", 0);
  return analysis::wholeRunFigures(
      file, source_maps ? analysis::NameCallers(analysis::applySourceMaps) : analysis::NameCallers(),
      progress.callback());
}

}  // namespace slabscope::cli
