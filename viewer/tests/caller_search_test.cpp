// SPDX-License-Identifier: GPL-3.0-or-later
#include "caller_search.h"

#include <gtest/gtest.h>

#include "flame_layout.h"

namespace slabscope::viewer {
namespace {

using analysis::CallerNode;
using analysis::CallerTree;
using analysis::Costs;

// main (100) -> parse (60) -> keep (60), main -> keep (40); by itself nobody else.
CallerTree treeOfFour() {
  CallerTree tree;
  const auto add = [&](uint32_t parent, uint64_t held) {
    CallerNode node;
    node.parent = parent;
    node.total.costs.held_bytes = held;
    const auto index = static_cast<uint32_t>(tree.nodes.size());
    tree.nodes.push_back(node);
    (parent == CallerNode::kNone ? tree.roots : tree.nodes[parent].children).push_back(index);
  };
  add(CallerNode::kNone, 100);
  add(0, 40);
  add(0, 60);
  add(2, 60);
  return tree;
}
const std::vector<QString> kNames = {"main  app.js:1:1", "keep  cache.js:7:3", "parse  parse.js:2:2",
                                     "keep  cache.js:7:3"};

TEST(CallerSearch, FindsEveryPlaceOfACallerHeaviestFirst) {
  const Found found = search(treeOfFour(), kNames, "KEEP", &Costs::held_bytes);
  EXPECT_EQ(found.nodes, (std::vector<uint32_t>{3, 1}));
  EXPECT_EQ(found.marks, (std::vector<bool>{false, true, false, true}));
  EXPECT_EQ(found.total, 100U);
}

TEST(CallerSearch, CountsWhatIsBelowAnotherFindOnce) {
  const Found found = search(treeOfFour(), kNames, "js", &Costs::held_bytes);
  EXPECT_EQ(found.nodes.size(), 4U);
  EXPECT_EQ(found.total, 100U);
}

TEST(CallerSearch, WantsEveryWordAndFindsNothingForNone) {
  EXPECT_EQ(search(treeOfFour(), kNames, " cache  keep ", &Costs::held_bytes).nodes.size(), 2U);
  EXPECT_TRUE(search(treeOfFour(), kNames, "cache parse", &Costs::held_bytes).nodes.empty());
  EXPECT_TRUE(search(treeOfFour(), kNames, "   ", &Costs::held_bytes).nodes.empty());
}

TEST(FlameLayout, IsAsWideAsTheFigures) {
  const std::vector<FlameBox> boxes = layOutFlames(treeOfFour(), &Costs::held_bytes, CallerNode::kNone, 500);
  ASSERT_EQ(boxes.size(), 5U);
  EXPECT_EQ(boxes[0].node, CallerNode::kNone);
  EXPECT_DOUBLE_EQ(boxes[0].width, 500);
  EXPECT_EQ(boxes[2].node, 2U) << "the heavier child first";
  EXPECT_DOUBLE_EQ(boxes[2].width, 300);
  EXPECT_EQ(boxes[2].row, 2U);
  EXPECT_EQ(boxes[4].node, 1U);
  EXPECT_DOUBLE_EQ(boxes[4].left, 300);
  EXPECT_DOUBLE_EQ(boxes[4].width, 200);
}

TEST(FlameLayout, ZoomedHasItsCallersAboveItInFullWidth) {
  const std::vector<FlameBox> boxes = layOutFlames(treeOfFour(), &Costs::held_bytes, 2, 500);
  ASSERT_EQ(boxes.size(), 4U);
  for (const FlameBox& box : boxes) EXPECT_DOUBLE_EQ(box.width, 500);
  EXPECT_EQ(boxes[3].node, 3U);
}

TEST(FlameLayout, PutsTogetherWhatIsNarrowerThanAPixel) {
  CallerTree tree;
  for (uint32_t i = 0; i < 200'000; ++i) {
    CallerNode node;
    node.total.costs.bytes = i == 7 ? 200'000 : 1;
    tree.nodes.push_back(node);
    tree.roots.push_back(i);
  }
  const std::vector<FlameBox> boxes = layOutFlames(tree, &Costs::bytes, CallerNode::kNone, 400);
  ASSERT_EQ(boxes.size(), 3U);
  EXPECT_EQ(boxes[1].node, 7U);
  EXPECT_EQ(boxes[2].others, 199'999U);
  EXPECT_NEAR(boxes[2].left + boxes[2].width, 400, 1e-6);
}

TEST(FlameLayout, OfNothingIsTheRootAlone) {
  EXPECT_EQ(layOutFlames(treeOfFour(), &Costs::temporary_bytes, CallerNode::kNone, 500).size(), 1U);
  EXPECT_EQ(layOutFlames({}, &Costs::bytes, CallerNode::kNone, 500).size(), 1U);
}

}  // namespace
}  // namespace slabscope::viewer
