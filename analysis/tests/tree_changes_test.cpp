// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/tree_changes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "made_up.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;

// main > keep > cut, and what one side alone has; `moved` lines further down.
class Side {
 public:
  Side(uint64_t kept, const std::string& alone, uint32_t moved) {
    tests::Maker maker(file_.path());
    const auto main = maker.stack("main", "/app/main.js", 3 + moved, 1);
    const auto keep = maker.stack("keep", "/app/cache.js", 10 + moved, 5, main);
    maker.alloc(1, kept, StoreKind::kArrayBuffer, maker.stack("cut", "/app/cut.js", 7 + moved, 2, keep));
    maker.alloc(2, 100, StoreKind::kArrayBuffer, maker.stack(alone, "/app/cut.js", 20 + moved, 2, keep));
    maker.finish();
    scan_ = *scan(file_.path());
    table_ = *stackCosts(scan_, scan_.end);
    tree_ = callerTree(scan_, table_, Direction::kTopDown, Grouping::kFunction, Frames::kOwners);
  }
  TreeOfRun run() const { return {scan_, tree_}; }
  const Scan& recording() const { return scan_; }

 private:
  tests::TemporaryFile file_;
  Scan scan_;
  CostTable table_;
  CallerTree tree_;
};

class ChangesOfTrees : public ::testing::Test {
 protected:
  uint32_t named(const std::string& name) const {
    const auto found = std::find_if(changes_.names.begin(), changes_.names.end(),
                                    [&](const std::string& one) { return one.starts_with(name); });
    return found == changes_.names.end() ? CallerNode::kNone
                                         : static_cast<uint32_t>(found - changes_.names.begin());
  }
  uint64_t before(const std::string& name) const { return changes_.before.at(named(name)).held_bytes; }
  uint64_t after(const std::string& name) const { return changes_.after.at(named(name)).held_bytes; }

  Side old_{1000, "gone", 0};
  Side new_{5000, "fresh", 4};
  TreeChanges changes_ = compareTrees(old_.run(), new_.run());
};

TEST_F(ChangesOfTrees, HaveEachCallerOnceWhereverItsLineWent) {
  EXPECT_EQ(changes_.tree.nodes.size(), 5U);
  EXPECT_EQ(before("cut"), 1000U);
  EXPECT_EQ(after("cut"), 5000U);
  EXPECT_EQ(before("main"), 1100U);
  EXPECT_EQ(after("main"), 5100U);
}

TEST_F(ChangesOfTrees, HaveWhatIsGoneAndWhatIsNewUnderTheirCaller) {
  EXPECT_EQ(before("gone"), 100U);
  EXPECT_EQ(after("gone"), 0U);
  EXPECT_EQ(before("fresh"), 0U);
  EXPECT_EQ(after("fresh"), 100U);
  EXPECT_EQ(changes_.tree.nodes[named("gone")].parent, named("keep"));
  EXPECT_EQ(changes_.tree.nodes[named("fresh")].parent, named("keep"));
  EXPECT_FALSE(changes_.tree.nodes[named("gone")].frame) << "no frame of the new recording";
  EXPECT_EQ(new_.recording().definitions.string(
                new_.recording().definitions.frame(changes_.tree.nodes[named("cut")].frame).function),
            "cut");
}

TEST_F(ChangesOfTrees, AddUpThroughTheTree) {
  for (const CallerNode& node : changes_.tree.nodes) {
    uint64_t sum = node.self.costs.held_bytes;
    for (const uint32_t child : node.children) sum += changes_.tree.nodes[child].total.costs.held_bytes;
    EXPECT_EQ(node.total.costs.held_bytes, sum);
  }
  for (uint32_t i = 0; i < changes_.tree.nodes.size(); ++i)
    EXPECT_EQ(changes_.tree.nodes[i].total.costs.held_bytes,
              changes_.before[i].held_bytes + changes_.after[i].held_bytes);
}

}  // namespace
}  // namespace slabscope::analysis
