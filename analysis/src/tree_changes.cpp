// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/tree_changes.h"

#include <map>
#include <tuple>
#include <utility>

#include "slabscope/analysis/caller_words.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/run_figures.h"

namespace slabscope::analysis {
namespace {

class Merge {
 public:
  // The side whose words are kept comes last.
  void add(const TreeOfRun& run, bool is_after) {
    const Owners owners(run.scan.definitions);
    std::vector<uint32_t> merged;
    merged.reserve(run.tree.nodes.size());
    for (const CallerNode& node : run.tree.nodes) {
      const uint32_t parent = node.parent == CallerNode::kNone ? CallerNode::kNone : merged[node.parent];
      const uint32_t here = nodeOf(parent, placeOf(run.scan, node.frame));
      merged.push_back(here);
      CallerNode& known = changes_.tree.nodes[here];
      known.self.costs += node.self.costs;
      known.total.costs += node.total.costs;
      (is_after ? changes_.after : changes_.before)[here] += node.total.costs;
      if (is_after) known.frame = node.frame;
      changes_.names[here] = callerInWords(run.scan, node.frame, Grouping::kFunction);
      changes_.of_the_program[here] = owners.isOfTheProgram(node.frame);
    }
  }

  TreeChanges finish() { return std::move(changes_); }

 private:
  using Key = std::tuple<uint32_t, recording::FrameKind, std::string, std::string>;

  uint32_t nodeOf(uint32_t parent, const CallerPlace& place) {
    const auto next = static_cast<uint32_t>(changes_.tree.nodes.size());
    const auto [known, is_new] =
        nodes_.try_emplace(Key(parent, place.kind, place.function, place.file), next);
    if (!is_new) return known->second;
    CallerNode& node = changes_.tree.nodes.emplace_back();
    node.parent = parent;
    (parent == CallerNode::kNone ? changes_.tree.roots : changes_.tree.nodes[parent].children)
        .push_back(next);
    changes_.names.emplace_back();
    changes_.before.emplace_back();
    changes_.after.emplace_back();
    changes_.of_the_program.push_back(false);
    return next;
  }

  TreeChanges changes_;
  std::map<Key, uint32_t> nodes_;
};

}  // namespace

TreeChanges compareTrees(const TreeOfRun& before, const TreeOfRun& after) {
  Merge merge;
  merge.add(before, false);
  merge.add(after, true);
  return merge.finish();
}

}  // namespace slabscope::analysis
