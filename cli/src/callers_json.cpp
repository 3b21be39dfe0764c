// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "callers.h"
#include "json_fields.h"
#include "slabscope/analysis/packages.h"

namespace slabscope::cli {
namespace {

using analysis::CallerCosts;
using analysis::CallerNode;
using analysis::CallerRow;
using analysis::CallerTree;
using analysis::Costs;
using nlohmann::ordered_json;

ordered_json lifetimeFields(const analysis::LifetimeHistogram& lifetimes) {
  const auto range = [](const std::optional<analysis::LifetimeHistogram::Range>& one) {
    return one ? ordered_json{one->from, one->until} : ordered_json();
  };
  return {{"count", lifetimes.count()},
          {"median_ns", range(lifetimes.median())},
          {"p95_ns", range(lifetimes.p95())},
          {"powers_of_two", lifetimes.counts()}};
}

ordered_json costFields(const Costs& costs) {
  return {{"allocations", costs.allocations},
          {"bytes", costs.bytes},
          {"live_bytes", costs.live_bytes},
          {"held_bytes", costs.held_bytes},
          {"slab_live_bytes", costs.slab_live_bytes},
          {"slab_held_bytes", costs.slab_held_bytes},
          {"amplification", orNull(costs.amplification())},
          {"temporary", costs.temporary},
          {"temporary_bytes", costs.temporary_bytes},
          {"lifetimes", lifetimeFields(costs.lifetimes)}};
}

ordered_json costFields(const CallerCosts& costs) {
  ordered_json json = costFields(costs.costs);
  json["alone_bytes"] = costs.alone_bytes;
  return json;
}

// What makes the frame this caller, and no more.
ordered_json nameFields(const CallersView& view, recording::FrameId id) {
  using analysis::Grouping;
  if (view.grouping == Grouping::kPackage) {
    const analysis::CodeOwner owner =
        analysis::codeOwnerOf(view.scan.definitions, id, view.scan.header.executable);
    static constexpr std::array kOwners = {"unknown", "project", "package", "node", "native"};
    return {{"owner", kOwners.at(static_cast<size_t>(owner.kind))},
            {"package", owner.package.empty() ? ordered_json() : ordered_json(owner.package)}};
  }
  ordered_json json = callerFields(view.scan.definitions, id);
  if (view.grouping != Grouping::kLine) {
    json.erase("line");
    json.erase("column");
  }
  if (view.grouping == Grouping::kFile) json.erase("function");
  return json;
}

ordered_json head(const CallersView& view) {
  ordered_json json = {{"schema", 1},
                       {"file", view.scan.path},
                       {"at", view.at.name},
                       {"t_ns", std::min(view.at.instant.t, view.scan.duration)},
                       {"complete", view.scan.complete()},
                       {"lost_events", view.scan.lost_events},
                       {"by", nameOf(view.grouping)},
                       {"cost", view.cost.name},
                       {"total", costFields(view.table.total)},
                       {"unknown_held_bytes", view.table.unknown_held_bytes}};
  addSourceMaps(view.scan.source_maps, json);
  addNotKnown(view.scan, {"slab_live_bytes", "slab_held_bytes"}, json);
  if (view.scan.hasDropped()) json["dropped"] = droppedFields(view.scan.header.dropped);
  return json;
}

class TreeJson {
 public:
  TreeJson(const CallersView& view, const CallerTree& tree) : view_(view), tree_(tree) {}

  // The children that are shown, and what the others cost.
  void add(const std::vector<uint32_t>& all, size_t depth, const char* name, ordered_json& json) const {
    const std::vector<uint32_t> nodes = inOrder(view_, tree_, all);
    const size_t shown = depth < view_.depth ? std::min(view_.top, nodes.size()) : 0;
    json[name] = ordered_json::array();
    for (size_t i = 0; i < shown; ++i) json[name].push_back(nodeJson(nodes[i], depth));
    if (shown == nodes.size()) return;
    Costs rest;
    for (size_t i = shown; i < nodes.size(); ++i) rest += tree_.nodes[nodes[i]].total.costs;
    json["not_shown"] = costFields(rest);
    json["not_shown"]["callers"] = nodes.size() - shown;
  }

 private:
  ordered_json nodeJson(uint32_t index, size_t depth) const {
    const CallerNode& node = tree_.nodes[index];
    ordered_json json = nameFields(view_, node.frame);
    json["self"] = costFields(node.self);
    json["total"] = costFields(node.total);
    add(node.children, depth + 1, "children", json);
    return json;
  }

  const CallersView& view_;
  const CallerTree& tree_;
};

}  // namespace

ordered_json callersJson(const CallersView& view, const std::vector<CallerRow>& rows) {
  const std::vector<const CallerRow*> sorted = inOrder(view, rows);
  ordered_json json = head(view);
  json["callers"] = ordered_json::array();
  Costs rest;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i >= view.top) {
      rest += sorted[i]->self.costs;
      continue;
    }
    ordered_json one = nameFields(view, sorted[i]->frame);
    one["self"] = costFields(sorted[i]->self);
    one["total"] = costFields(sorted[i]->total);
    json["callers"].push_back(std::move(one));
  }
  json["other_callers"] = costFields(rest);
  json["other_callers"]["callers"] = sorted.size() - std::min(view.top, sorted.size());
  return json;
}

ordered_json callersJson(const CallersView& view, const CallerTree& tree, analysis::Direction direction) {
  ordered_json json = head(view);
  json["tree"] = direction == analysis::Direction::kTopDown ? "top-down" : "bottom-up";
  TreeJson(view, tree).add(tree.roots, 0, "roots", json);
  return json;
}

}  // namespace slabscope::cli
