// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/callers.h"

#include <algorithm>
#include <map>
#include <utility>

#include "caller_paths.h"

namespace slabscope::analysis {
namespace {

using recording::StackId;

uint64_t ownLiveBytes(const Costs& costs) {
  return costs.live_bytes - costs.slab_live_bytes;
}

std::vector<uint32_t> withoutRepeats(std::vector<uint32_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

bool areAllTheSame(const std::vector<uint32_t>& numbers) {
  return std::adjacent_find(numbers.begin(), numbers.end(), std::not_equal_to<>()) == numbers.end();
}

class TreeBuilder {
 public:
  TreeBuilder(const Scan& scan, const CostTable& table, Direction direction, CallerPaths paths)
      : table_(table),
        direction_(direction),
        paths_(std::move(paths)),
        leaf_of_(scan.definitions.stackCount() + 1, CallerNode::kNone) {}

  CallerTree build() {
    for (const StackCosts& one : table_.stacks) {
      CallerNode& leaf = tree_.nodes[leafOf(one.stack)];
      leaf.self.costs += one.costs;
      leaf.self.alone_bytes += ownLiveBytes(one.costs);
    }
    // From the leaves up: a node comes after its parent.
    for (size_t i = tree_.nodes.size(); i-- > 0;) {
      CallerNode& node = tree_.nodes[i];
      node.total.costs += node.self.costs;
      node.total.alone_bytes += node.self.alone_bytes;
      if (node.parent == CallerNode::kNone) continue;
      CallerCosts& above = tree_.nodes[node.parent].total;
      above.costs += node.total.costs;
      above.alone_bytes += node.total.alone_bytes;
    }
    for (const HeldTogether& slabs : table_.together) addHeldTogether(slabs);
    return std::move(tree_);
  }

 private:
  uint32_t leafOf(StackId stack) {
    uint32_t& known = leaf_of_[stack.value < leaf_of_.size() ? stack.value : 0];
    if (known != CallerNode::kNone) return known;
    std::vector<uint32_t> path = paths_.of(stack);
    if (direction_ == Direction::kTopDown) std::reverse(path.begin(), path.end());
    uint32_t node = CallerNode::kNone;
    for (const uint32_t caller : path) node = childOf(node, caller);
    known = node;
    return node;
  }

  uint32_t childOf(uint32_t parent, uint32_t caller) {
    const auto index = static_cast<uint32_t>(tree_.nodes.size());
    const auto [place, is_new] = children_.emplace(std::pair(parent, caller), index);
    if (!is_new) return place->second;
    CallerNode node;
    node.frame = paths_.frameOf(caller);
    node.parent = parent;
    tree_.nodes.push_back(std::move(node));
    (parent == CallerNode::kNone ? tree_.roots : tree_.nodes[parent].children).push_back(index);
    return index;
  }

  // A slab is held alone by every node that all of its stacks go through.
  void addHeldTogether(const HeldTogether& slabs) {
    std::vector<uint32_t> nodes;
    nodes.reserve(slabs.stacks.size());
    for (const StackId stack : slabs.stacks) nodes.push_back(leafOf(stack));
    if (areAllTheSame(nodes)) tree_.nodes[nodes.front()].self.alone_bytes += slabs.bytes;
    // The one with the largest index is no ancestor of the others: replace it by its parent until one is
    // left.
    nodes = withoutRepeats(std::move(nodes));
    while (nodes.size() > 1) {
      if (nodes.back() == CallerNode::kNone) return;
      nodes.back() = tree_.nodes[nodes.back()].parent;
      nodes = withoutRepeats(std::move(nodes));
    }
    for (uint32_t node = nodes.front(); node != CallerNode::kNone; node = tree_.nodes[node].parent)
      tree_.nodes[node].total.alone_bytes += slabs.bytes;
  }

  const CostTable& table_;
  Direction direction_;
  CallerPaths paths_;
  std::vector<uint32_t> leaf_of_;  // by stack id
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> children_;
  CallerTree tree_;
};

}  // namespace

CallerTree callerTree(const Scan& scan, const CostTable& table, Direction direction, Grouping grouping,
                      Frames frames) {
  return TreeBuilder(scan, table, direction, CallerPaths(scan, grouping, frames)).build();
}

std::vector<CallerRow> callerTable(const Scan& scan, const CostTable& table, Grouping grouping,
                                   Frames frames) {
  CallerPaths paths(scan, grouping, frames);
  std::vector<CallerRow> rows;
  const auto rowOf = [&](uint32_t caller) -> CallerRow& {
    if (rows.size() <= caller) rows.resize(caller + 1);
    return rows[caller];
  };
  for (const StackCosts& one : table.stacks) {
    const std::vector<uint32_t> path = paths.of(one.stack);
    const uint64_t own = ownLiveBytes(one.costs);
    CallerCosts& self = rowOf(path.front()).self;
    self.costs += one.costs;
    self.alone_bytes += own;
    for (const uint32_t caller : withoutRepeats(path)) {
      CallerCosts& total = rowOf(caller).total;
      total.costs += one.costs;
      total.alone_bytes += own;
    }
  }
  for (const HeldTogether& slabs : table.together) {
    std::vector<uint32_t> innermost;
    std::vector<uint32_t> common;
    for (const StackId stack : slabs.stacks) {
      std::vector<uint32_t> path = paths.of(stack);
      innermost.push_back(path.front());
      path = withoutRepeats(std::move(path));
      if (innermost.size() == 1) {
        common = std::move(path);
        continue;
      }
      std::vector<uint32_t> both;
      std::set_intersection(common.begin(), common.end(), path.begin(), path.end(), std::back_inserter(both));
      common = std::move(both);
    }
    if (areAllTheSame(innermost)) rowOf(innermost.front()).self.alone_bytes += slabs.bytes;
    for (const uint32_t caller : common) rowOf(caller).total.alone_bytes += slabs.bytes;
  }
  rows.resize(paths.callerCount());
  for (uint32_t caller = 0; caller < rows.size(); ++caller) rows[caller].frame = paths.frameOf(caller);
  return rows;
}

std::vector<bool> stacksThrough(const Scan& scan, recording::FrameId frame, Grouping grouping,
                                Frames frames) {
  CallerPaths paths(scan, grouping, frames);
  const uint32_t wanted = paths.callerOf(frame);
  std::vector<bool> through(scan.definitions.stackCount() + 1);
  for (size_t i = 0; i < through.size(); ++i) {
    const std::vector<uint32_t> path = paths.of(StackId{static_cast<uint32_t>(i)});
    through[i] = std::find(path.begin(), path.end(), wanted) != path.end();
  }
  return through;
}

}  // namespace slabscope::analysis
