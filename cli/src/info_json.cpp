// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "info.h"
#include "json_fields.h"

namespace slabscope::cli {
namespace {

using nlohmann::ordered_json;

ordered_json endOf(const analysis::Scan& scan) {
  const auto kind = scan.footer ? scan.footer->end : recording::EndKind::kUnknown;
  const int status = scan.footer ? scan.footer->end_status : -1;
  constexpr std::array kNames = {"unknown", "exit", "signal", "detached"};
  return {{"kind", kNames.at(static_cast<size_t>(kind))},
          {"status", status < 0 ? ordered_json() : ordered_json(status)}};
}

ordered_json countsOf(const analysis::EventCounts& counts) {
  ordered_json json = {{"store_alloc", counts.store_alloc},
                       {"store_free", counts.store_free},
                       {"store_resize", counts.store_resize},
                       {"store_move", counts.store_move},
                       {"store_kind", counts.store_kind},
                       {"slice", counts.slice},
                       {"slice_free", counts.slice_free},
                       {"gc", counts.gc},
                       {"memory", counts.memory},
                       {"process_rss", counts.process_rss},
                       {"mark", counts.mark},
                       {"lost", counts.lost},
                       {"isolate_start", counts.isolate_start},
                       {"isolate_end", counts.isolate_end}};
  if (counts.pause != 0) json["pause"] = counts.pause;
  if (counts.resume != 0) json["resume"] = counts.resume;
  return json;
}

ordered_json trafficOf(const analysis::Traffic& traffic) {
  return {{"stores", traffic.stores.count},
          {"store_bytes", traffic.stores.bytes},
          {"freed_stores", traffic.freed_stores.count},
          {"freed_store_bytes", traffic.freed_stores.bytes},
          {"slices", traffic.slices.count},
          {"slice_bytes", traffic.slices.bytes},
          {"freed_slices", traffic.freed_slices.count},
          {"freed_slice_bytes", traffic.freed_slices.bytes}};
}

double shareOf(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Only what there is something to say about.
void addFooter(const recording::Footer& footer, ordered_json& json) {
  const recording::Losses& losses = footer.losses;
  if (losses != recording::Losses{}) {
    json["lost_by_kind"] = {{"store_births", losses.store_births},
                            {"store_deaths", losses.store_deaths},
                            {"slice_births", losses.slice_births},
                            {"slice_deaths", losses.slice_deaths},
                            {"stacks", losses.stacks},
                            {"other", losses.other}};
  }
  if (footer.unplaced_slices != 0) json["unplaced_slices"] = footer.unplaced_slices;
  if (footer.assumed_frees != 0) json["assumed_frees"] = footer.assumed_frees;
  if (footer.blocked_ns != 0) json["blocked_ns"] = footer.blocked_ns;
  if (!footer.stopped_by.empty()) json["stopped_by"] = footer.stopped_by;
}

}  // namespace

ordered_json infoJson(const Info& info) {
  const analysis::Scan& scan = info.scan;
  const recording::Header& header = scan.header;
  ordered_json present = ordered_json::array();
  ordered_json missing = ordered_json::array();
  for (const recording::Capability& one : scan.definitions.capabilities()) {
    if (one.present) {
      present.push_back(one.name);
    } else {
      missing.push_back({{"name", one.name}, {"detail", one.detail}});
    }
  }
  ordered_json losses = ordered_json::array();
  for (const recording::Lost& lost : scan.losses) {
    losses.push_back({{"t", lost.t}, {"until", lost.until}, {"count", lost.count}});
  }
  const recording::Integrity& integrity = scan.integrity;
  ordered_json json = {{"schema", 1},
                       {"file", scan.path},
                       {"node", scan.definitions.runtime("node")},
                       {"v8", scan.definitions.runtime("v8")},
                       {"pid", header.pid},
                       {"argv", header.argv},
                       {"executable", header.executable},
                       {"working_directory", header.working_directory},
                       {"start_unix_ns", header.start_unix_ns},
                       {"writer", header.writer},
                       {"format", header.format},
                       {"pool_size", poolSize(scan)},
                       {"options",
                        {{"stack_depth", header.stack_depth},
                         {"slices", header.slices},
                         {"liveness", header.liveness},
                         {"native", header.native}}},
                       {"capabilities", std::move(present)},
                       {"missing", std::move(missing)},
                       {"complete", scan.complete()},
                       {"finished", integrity.finished},
                       {"end", endOf(scan)},
                       {"events", integrity.events},
                       {"unknown_events", scan.unknown_events},
                       {"counts", countsOf(scan.counts)},
                       {"live_at_end", totals(scan.at_end)},
                       {"frames", scan.definitions.frameCount()},
                       {"stacks", scan.definitions.stackCount()},
                       {"strings", scan.strings},
                       {"batches", integrity.batches},
                       {"bytes", integrity.file_bytes},
                       {"good_bytes", integrity.good_bytes},
                       {"snapshots", integrity.snapshots},
                       {"snapshot_bytes", integrity.snapshot_bytes},
                       {"snapshot_share", shareOf(integrity.snapshot_bytes, integrity.file_bytes)},
                       {"lost_events", scan.lost_events},
                       {"lost", std::move(losses)},
                       {"duration_ns", scan.duration},
                       {"damage", integrity.damage}};
  json["totals"] = trafficOf(scan.traffic);
  if (header.max_size != 0) json["options"]["max_size"] = header.max_size;
  if (header.arguments_left_out) json["options"]["argv"] = false;
  if (header.anonymized) json["anonymized"] = true;
  if (scan.hasDropped()) json["dropped"] = droppedFields(header.dropped);
  addPauses(scan, json);
  if (scan.footer) addFooter(*scan.footer, json);
  if (info.verifier != nullptr) {
    json["verified"] = info.sound();
    json["problem_count"] = info.verifier->problemCount();
    json["problems"] = info.verifier->problems();
  }
  return json;
}

}  // namespace slabscope::cli
