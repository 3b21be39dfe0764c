// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "json_fields.h"
#include "report.h"

namespace slabscope::cli {
namespace {

using nlohmann::ordered_json;

ordered_json slabFields(const analysis::SlabFigures& slabs) {
  return {{"count", slabs.slabs},           {"bytes", slabs.bytes},
          {"live_bytes", slabs.live_bytes}, {"utilisation", slabs.utilisation()},
          {"slices", slabs.slices},         {"young_slices", slabs.young_slices},
          {"empty", slabs.empty_slabs},     {"empty_bytes", slabs.empty_bytes}};
}

void addHolders(const analysis::Holders& holders, const recording::Definitions& definitions, size_t top,
                ordered_json& json) {
  ordered_json shown = ordered_json::array();
  analysis::Holder rest;
  for (size_t i = 0; i < holders.holders.size(); ++i) {
    const analysis::Holder& holder = holders.holders[i];
    if (i >= top) {
      rest.held += holder.held;
      rest.live += holder.live;
      rest.slices += holder.slices;
      continue;
    }
    ordered_json one = callerFields(definitions, holder.owner);
    one["held_bytes"] = holder.held;
    one["alone_bytes"] = holder.alone;
    one["live_bytes"] = holder.live;
    one["amplification"] = holder.live == 0 ? ordered_json() : ordered_json(holder.amplification());
    one["slices"] = holder.slices;
    shown.push_back(std::move(one));
  }
  const size_t left_out = holders.holders.size() - std::min(top, holders.holders.size());
  json["holders"] = std::move(shown);
  json["other_holders"] = {
      {"callers", left_out}, {"held_bytes", rest.held}, {"live_bytes", rest.live}, {"slices", rest.slices}};
  json["holder_unknown"] = {{"slabs", holders.unknown_slabs}, {"bytes", holders.unknown_bytes}};
}

void addCallers(const std::vector<analysis::StoreCaller>& callers, const recording::Definitions& definitions,
                size_t top, ordered_json& json) {
  ordered_json shown = ordered_json::array();
  analysis::StoreCaller rest;
  for (size_t i = 0; i < callers.size(); ++i) {
    const analysis::StoreCaller& caller = callers[i];
    if (i >= top) {
      rest.bytes += caller.bytes;
      rest.stores += caller.stores;
      continue;
    }
    ordered_json one = callerFields(definitions, caller.owner);
    one["bytes"] = caller.bytes;
    one["stores"] = caller.stores;
    shown.push_back(std::move(one));
  }
  json["callers"] = std::move(shown);
  json["other_callers"] = {{"callers", callers.size() - std::min(top, callers.size())},
                           {"bytes", rest.bytes},
                           {"stores", rest.stores}};
}

ordered_json instantJson(const analysis::InstantReport& instant, const Report& report) {
  const recording::Definitions& definitions = report.scan.definitions;
  ordered_json json = {{"at", instant.at.name}, {"t_ns", instant.at.instant.t}};
  json.update(totals(instant.totals));
  json["slabs"] = {{"pool", slabFields(instant.pool)}, {"native_pool", slabFields(instant.native_pool)}};
  json["last_full_collection_ns"] =
      instant.last_full_collection ? ordered_json(*instant.last_full_collection) : ordered_json();
  addHolders(instant.holders, definitions, report.top, json);
  addCallers(instant.callers, definitions, report.top, json);
  return json;
}

}  // namespace

ordered_json reportJson(const Report& report) {
  const analysis::Scan& scan = report.scan;
  ordered_json gc;
  for (size_t kind = 0; kind < scan.collections.size(); ++kind) {
    gc[recording::toString(static_cast<recording::GcKind>(kind))] = {
        {"count", scan.collections[kind].count}, {"duration_ns", scan.collections[kind].duration}};
  }
  ordered_json instants = ordered_json::array();
  for (const analysis::InstantReport& instant : report.instants)
    instants.push_back(instantJson(instant, report));
  ordered_json json = {{"schema", 1},
                       {"file", scan.path},
                       {"node", scan.definitions.runtime("node")},
                       {"v8", scan.definitions.runtime("v8")},
                       {"pid", scan.header.pid},
                       {"argv", scan.header.argv},
                       {"working_directory", scan.header.working_directory},
                       {"pool_size", poolSize(scan)},
                       {"duration_ns", scan.duration},
                       {"complete", scan.complete()},
                       {"integrity", analysis::endInWords(scan)},
                       {"lost_events", scan.lost_events},
                       {"memory",
                        {{"rss_max", scan.rss_max == 0 ? ordered_json() : ordered_json(scan.rss_max)},
                         {"array_buffers", scan.last_memory ? ordered_json(scan.last_memory->array_buffers)
                                                            : ordered_json()}}},
                       {"gc", std::move(gc)},
                       {"instants", std::move(instants)}};
  if (scan.hasDropped()) json["dropped"] = droppedFields(scan.header.dropped);
  for (const analysis::PausedRange& pause : scan.pauses) {
    json["paused"].push_back({{"t", pause.from}, {"until", pause.until}});
  }
  return json;
}

}  // namespace slabscope::cli
