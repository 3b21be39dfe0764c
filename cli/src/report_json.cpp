// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "advice_json.h"
#include "json_fields.h"
#include "report.h"
#include "slabscope/analysis/advice_words.h"

namespace slabscope::cli {
namespace {

using nlohmann::ordered_json;

ordered_json slabFields(const analysis::SlabFigures& slabs) {
  return {{"count", slabs.slabs},           {"bytes", slabs.bytes},
          {"live_bytes", slabs.live_bytes}, {"utilisation", slabs.utilisation()},
          {"slices", slabs.slices},         {"young_slices", slabs.young_slices},
          {"empty", slabs.empty_slabs},     {"empty_bytes", slabs.empty_bytes}};
}

ordered_json holderFields(const recording::Definitions& definitions, const analysis::Holder& holder) {
  ordered_json one = callerFields(definitions, holder.owner);
  one["held_bytes"] = holder.held;
  one["alone_bytes"] = holder.alone;
  one["live_bytes"] = holder.live;
  one["amplification"] = holder.live == 0 ? ordered_json() : ordered_json(holder.amplification());
  one["slices"] = holder.slices;
  return one;
}

void addHolders(const std::vector<analysis::Holder>& holders, const recording::Definitions& definitions,
                size_t top, ordered_json& json) {
  ordered_json shown = ordered_json::array();
  analysis::Holder rest;
  for (size_t i = 0; i < holders.size(); ++i) {
    if (i < top) {
      shown.push_back(holderFields(definitions, holders[i]));
      continue;
    }
    rest.held += holders[i].held;
    rest.live += holders[i].live;
    rest.slices += holders[i].slices;
  }
  json["holders"] = std::move(shown);
  json["other_holders"] = {{"callers", holders.size() - std::min(top, holders.size())},
                           {"held_bytes", rest.held},
                           {"live_bytes", rest.live},
                           {"slices", rest.slices}};
}

ordered_json unknownFields(const analysis::Holders& holders) {
  return {{"slabs", holders.unknown_slabs}, {"bytes", holders.unknown_bytes}};
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

ordered_json survivedFields(const analysis::InstantReport& instant, const recording::Definitions& definitions,
                            size_t top) {
  ordered_json json;
  addHolders(instant.survivors.holders, definitions, top, json);
  json["holder_unknown"] = unknownFields(instant.survivors);
  addCallers(instant.surviving_stores.callers, definitions, top, json);
  return json;
}

ordered_json youngerFields(const analysis::InstantReport& instant, const recording::Definitions& definitions,
                           size_t top) {
  const analysis::YoungerSlabs& slabs = instant.survivors.younger;
  const analysis::SurvivingStores& stores = instant.surviving_stores;
  ordered_json json = {{"slabs", slabs.count},
                       {"slab_bytes", slabs.bytes},
                       {"stores", stores.younger_stores},
                       {"store_bytes", stores.younger_bytes}};
  addHolders(slabs.holders, definitions, top, json);
  addCallers(stores.younger, definitions, top, json);
  return json;
}

ordered_json adviceFields(const analysis::Scan& scan, const analysis::Advice& advice) {
  ordered_json json = {{"rule", nameOf(advice)}};
  json.update(callerFields(scan.definitions, ownerOf(advice)));
  json.update(figuresOf(advice));
  json["text"] = adviceInWords(scan, advice);
  return json;
}

ordered_json instantJson(const analysis::InstantReport& instant, const Report& report) {
  const recording::Definitions& definitions = report.scan.definitions;
  ordered_json json = {{"at", instant.at.name}, {"t_ns", instant.at.instant.t}};
  json.update(totals(instant.totals));
  json["slabs"] = {{"pool", slabFields(instant.pool)}, {"native_pool", slabFields(instant.native_pool)}};
  json["last_full_collection_ns"] = orNull(instant.last_full_collection);
  addHolders(instant.holders.holders, definitions, report.top, json);
  json["holder_unknown"] = unknownFields(instant.holders);
  addCallers(instant.callers, definitions, report.top, json);
  json["survived"] = survivedFields(instant, definitions, report.top);
  json["younger"] = youngerFields(instant, definitions, report.top);
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
  json["advice"] = ordered_json::array();
  for (const analysis::Advice& one : report.advice) json["advice"].push_back(adviceFields(scan, one));
  addSourceMaps(scan.source_maps, json);
  addNotKnown(scan,
              {"slices", "slice_bytes", "live_bytes", "utilisation", "young_slices", "empty", "empty_bytes"},
              json);
  if (scan.hasDropped()) json["dropped"] = droppedFields(scan.header.dropped);
  addPauses(scan, json);
  return json;
}

}  // namespace slabscope::cli
