// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "json_fields.h"
#include "slabs.h"

namespace slabscope::cli {
namespace {

using analysis::SlabRow;
using nlohmann::ordered_json;

constexpr std::pair<const char*, uint64_t SlabRow::*> kFigures[] = {
    {"size", &SlabRow::size},       {"live", &SlabRow::live},       {"dead", &SlabRow::dead},
    {"padding", &SlabRow::padding}, {"startup", &SlabRow::startup}, {"unseen", &SlabRow::unseen},
    {"tail", &SlabRow::tail},       {"free", &SlabRow::free},       {"slices", &SlabRow::slices},
    {"cuts", &SlabRow::cuts}};

ordered_json totalFrom(const std::vector<SlabRow>& rows, size_t first) {
  ordered_json sum = {{"slabs", rows.size() - std::min(first, rows.size())}};
  for (const auto& [name, figure] : kFigures) {
    uint64_t total = 0;
    for (size_t i = first; i < rows.size(); ++i) total += rows[i].*figure;
    sum[name] = total;
  }
  return sum;
}

ordered_json holderJson(const analysis::SlabHolder& holder, const recording::Definitions& definitions) {
  ordered_json json = callerFields(definitions, holder.owner);
  json["live_bytes"] = holder.live;
  json["share_bytes"] = holder.share;
  json["slices"] = holder.slices;
  return json;
}

ordered_json rowJson(const SlabRow& row, const recording::Definitions& definitions) {
  ordered_json json = {{"store", row.store.value},
                       {"kind", recording::toString(row.kind)},
                       {"isolate", row.isolate},
                       {"born_ns", row.born},
                       {"died_ns", orNull(row.died)}};
  for (const auto& [name, figure] : kFigures) json[name] = row.*figure;
  json["utilisation"] = row.utilisation();
  ordered_json holders = ordered_json::array();
  for (const analysis::SlabHolder& holder : row.holders) holders.push_back(holderJson(holder, definitions));
  json["holders"] = std::move(holders);
  return json;
}

}  // namespace

ordered_json slabsJson(const SlabsReport& report) {
  ordered_json slabs = ordered_json::array();
  for (size_t i = 0; i < report.rows.size() && i < report.top; ++i)
    slabs.push_back(rowJson(report.rows[i], report.scan.definitions));
  ordered_json json = {{"schema", 1},
                       {"file", report.scan.path},
                       {"node", report.scan.definitions.runtime("node")},
                       {"at", report.at.name},
                       {"t_ns", report.at.instant.t},
                       {"total", totalFrom(report.rows, 0)},
                       {"slabs", std::move(slabs)},
                       {"other_slabs", totalFrom(report.rows, report.top)}};
  addSourceMaps(report.scan.source_maps, json);
  addNotKnown(
      report.scan,
      {"live", "dead", "padding", "startup", "tail", "free", "slices", "cuts", "utilisation", "holders"},
      json);
  return json;
}

}  // namespace slabscope::cli
