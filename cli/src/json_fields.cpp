// SPDX-License-Identifier: Apache-2.0
#include "json_fields.h"

#include <string>
#include <utility>

#include "slabscope/analysis/pool_size.h"

namespace slabscope::cli {

using nlohmann::ordered_json;

ordered_json poolSize(const analysis::Scan& scan) {
  return orNull(analysis::poolSizeOf(scan.definitions));
}

ordered_json totals(const analysis::Totals& totals) {
  return {{"stores", totals.stores},
          {"store_bytes", totals.store_bytes},
          {"slices", totals.slices},
          {"slice_bytes", totals.slice_bytes}};
}

void addNotKnown(const analysis::Scan& scan, const std::vector<const char*>& names, ordered_json& json) {
  if (!scan.knowsSlices()) json["not_known"] = names;
}

ordered_json droppedFields(const recording::Dropped& dropped) {
  return {{"until", dropped.until},
          {"events", dropped.events},
          {"marks", dropped.marks},
          {"peak",
           {{"t", dropped.peak_t},
            {"stores", dropped.peak_stores.count},
            {"store_bytes", dropped.peak_stores.bytes},
            {"slices", dropped.peak_slices.count},
            {"slice_bytes", dropped.peak_slices.bytes}}}};
}

void addPauses(const analysis::Scan& scan, ordered_json& json) {
  for (const analysis::PausedRange& pause : scan.pauses)
    json["paused"].push_back({{"t", pause.from}, {"until", pause.until}});
}

ordered_json place(uint32_t line_or_column) {
  return line_or_column == 0 ? ordered_json() : ordered_json(line_or_column);
}

ordered_json callerFields(const recording::Definitions& definitions, recording::FrameId id) {
  const recording::Frame& frame = definitions.frame(id);
  return {{"function", definitions.string(frame.function)},
          {"file", definitions.string(frame.file)},
          {"line", place(frame.line)},
          {"column", place(frame.column)},
          {"kind", id ? ordered_json(recording::toString(frame.kind)) : ordered_json()}};
}

void addSourceMaps(const analysis::SourceMapSummary& maps, ordered_json& json) {
  if (maps.files == 0 && maps.problems.empty()) return;
  ordered_json problems = ordered_json::array();
  for (const analysis::SourceMapProblem& one : maps.problems)
    problems.push_back({{"file", one.file}, {"problem", one.what}});
  json["source_maps"] = {{"files", maps.files}, {"frames", maps.frames}, {"problems", std::move(problems)}};
}

std::string dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string dumpPretty(const ordered_json& value) {
  return value.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace slabscope::cli
