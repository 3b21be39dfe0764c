// SPDX-License-Identifier: Apache-2.0
// What `report --by` and `report --tree` show.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "profile_export.h"
#include "slabscope/analysis/caller_words.h"
#include "slabscope/analysis/callers.h"
#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/stack_costs.h"

namespace slabscope::cli {

/// All outlive it.
struct CallersView {
  const analysis::Scan& scan;
  const analysis::CostTable& table;
  const analysis::NamedInstant& at;
  analysis::Grouping grouping = analysis::Grouping::kLine;
  analysis::Frames frames = analysis::Frames::kOwners;
  const CostColumn& cost;  ///< what decides the order
  size_t top = 10;         ///< callers of the list, or children of a node
  size_t depth = 10;       ///< of the tree
};

/// A caller as the grouping sees it: "keep  cache.js:41:7", "keep  cache.js", "cache.js", "ws".
std::string callerInWords(const CallersView& view, recording::FrameId id);

/// Those that cost most first: by themselves, then in all.
std::vector<const analysis::CallerRow*> inOrder(const CallersView& view,
                                                const std::vector<analysis::CallerRow>& rows);

/// Of the tree's nodes those first that cost most in all.
std::vector<uint32_t> inOrder(const CallersView& view, const analysis::CallerTree& tree,
                              std::vector<uint32_t> nodes);
/// For people: the list, and the tree.
std::string callersText(const CallersView& view, const std::vector<analysis::CallerRow>& rows);
std::string callersText(const CallersView& view, const analysis::CallerTree& tree,
                        analysis::Direction direction);

/// One object each, described in docs/report.md.
nlohmann::ordered_json callersJson(const CallersView& view, const std::vector<analysis::CallerRow>& rows);
nlohmann::ordered_json callersJson(const CallersView& view, const analysis::CallerTree& tree,
                                   analysis::Direction direction);

}  // namespace slabscope::cli
