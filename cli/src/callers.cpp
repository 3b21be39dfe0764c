// SPDX-License-Identifier: Apache-2.0
#include "callers.h"

#include <algorithm>
#include <utility>

namespace slabscope::cli {

std::string callerInWords(const CallersView& view, recording::FrameId id) {
  return analysis::callerInWords(view.scan, id, view.grouping);
}

std::vector<const analysis::CallerRow*> inOrder(const CallersView& view,
                                                const std::vector<analysis::CallerRow>& rows) {
  std::vector<const analysis::CallerRow*> sorted;
  sorted.reserve(rows.size());
  for (const analysis::CallerRow& row : rows) sorted.push_back(&row);
  const auto costs = [&](const analysis::CallerRow* row) {
    return std::pair(row->self.costs.*view.cost.value, row->total.costs.*view.cost.value);
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto* a, const auto* b) { return costs(a) > costs(b); });
  return sorted;
}

std::vector<uint32_t> inOrder(const CallersView& view, const analysis::CallerTree& tree,
                              std::vector<uint32_t> nodes) {
  const auto cost = [&](uint32_t node) { return tree.nodes[node].total.costs.*view.cost.value; };
  std::stable_sort(nodes.begin(), nodes.end(), [&](uint32_t a, uint32_t b) { return cost(a) > cost(b); });
  return nodes;
}

}  // namespace slabscope::cli
