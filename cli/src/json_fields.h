// SPDX-License-Identifier: Apache-2.0
// Pieces that more than one JSON output has in common.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"

namespace slabscope::cli {

/// Bytes; null when the recording does not say.
nlohmann::ordered_json poolSize(const analysis::Scan& scan);

/// {"stores", "store_bytes", "slices", "slice_bytes"}
nlohmann::ordered_json totals(const analysis::Totals& totals);

/// The names as "not_known", where slices were not recorded: of what they rest on the figures are 0 then.
void addNotKnown(const analysis::Scan& scan, const std::vector<const char*>& names,
                 nlohmann::ordered_json& json);

/// Of a file that has lost detail to a size limit: {"until", "events", "marks", "peak": {"t", and as in
/// totals()}}.
nlohmann::ordered_json droppedFields(const recording::Dropped& dropped);

/// [{"t", "until"}] as "paused", where the recording was paused.
void addPauses(const analysis::Scan& scan, nlohmann::ordered_json& json);
/// A line or column: null when unknown.
nlohmann::ordered_json place(uint32_t line_or_column);

/// {"function", "file", "line", "column", "kind"}; of frame 0 empty names and null.
nlohmann::ordered_json callerFields(const recording::Definitions& definitions, recording::FrameId id);

template <class Value>
nlohmann::ordered_json orNull(const std::optional<Value>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}
/// What became of the program's source maps: {"files", "frames", "problems": [{"file", "problem"}]} as
/// "source_maps", where there is something to say.
void addSourceMaps(const analysis::SourceMapSummary& maps, nlohmann::ordered_json& json);

/// On one line. Text that is not UTF-8 (a path may be anything) is replaced by U+FFFD, byte by byte.
std::string dump(const nlohmann::ordered_json& value);

/// The same for people: indented, with a newline at the end.
std::string dumpPretty(const nlohmann::ordered_json& value);

}  // namespace slabscope::cli
