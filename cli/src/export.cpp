// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "jsonl.h"
#include "output.h"
#include "profile_export.h"
#include "progress.h"
#include "read_recording.h"
#include "slabscope/analysis/choose_instant.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/stack_costs.h"
#include "slabscope/recording/reader.h"
#include "source_map_words.h"

namespace slabscope::cli {
namespace {

Result<> writeProfile(const analysis::Scan& scan, const analysis::Instant& at, const ExportOptions& options,
                      Output& output) {
  Result<analysis::CostTable> table =
      withProgress("exporting", scan.integrity.events,
                   [&](const auto& progress) { return analysis::stackCosts(scan, at, progress); });
  if (!table) return table.error();
  const Profile profile{scan, *table, at};
  if (options.format == "csv") writeCsv(profile, output.buffer());
  if (options.format == "pprof") writePprof(profile, output.buffer());
  if (options.format == "speedscope") writeSpeedscope(profile, output.buffer());
  if (options.format == "folded") writeFolded(profile, *costColumn(options.cost), output.buffer());
  return output.finish();
}

Result<> writeHistory(const analysis::Scan& scan, Output& output) {
  Result<recording::Reader> reader = analysis::reopen(scan);
  if (!reader) return reader.error();
  ProgressLine progress("exporting", scan.integrity.events);
  JsonlWriter writer(scan, output.buffer());
  writer.writeRecording();
  recording::Batch batch;
  uint64_t events = 0;
  while (!output.stopped() && analysis::nextScanned(scan, *reader, batch)) {
    for (const recording::Event& event : batch.events) {
      writer.write(event);
      output.spill();
    }
    events += batch.events.size();
    progress.update(events);
  }
  return output.finish();
}

}  // namespace

int runExport(const ExportOptions& options) {
  // The history tells what Node showed; profiles tell what was written.
  Result<analysis::Scan> scan = readRecording(options.file, options.source_maps && options.format != "jsonl");
  if (!scan) return complain(scan.error().message);
  const Result<analysis::NamedInstant> at = analysis::chooseInstant(*scan, options.at);
  if (!at) return complain(at.error().message);
  Result<Output> output = Output::open(options.output, options.file);
  if (!output) return complain(output.error().message);
  const Result<> written = options.format == "jsonl" ? writeHistory(*scan, *output)
                                                     : writeProfile(*scan, at->instant, options, *output);
  if (!written) return complain(written.error().message);
  if (const std::string maps = sourceMapWarning(scan->source_maps); !maps.empty()) complain(maps);
  return kOk;
}

}  // namespace slabscope::cli
