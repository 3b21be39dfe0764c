// SPDX-License-Identifier: GPL-3.0-or-later
#include "flame_layout.h"

#include <algorithm>

namespace slabscope::viewer {
namespace {

using analysis::CallerNode;
using analysis::CallerTree;
using analysis::Costs;

constexpr double kLeastWidth = 1;

class Layout {
 public:
  Layout(const CallerTree& tree, uint64_t Costs::*figure) : tree_(tree), figure_(figure) {}

  std::vector<FlameBox> make(uint32_t zoomed, double width) {
    boxes_.push_back({.left = 0, .width = width});
    std::vector<uint32_t> above;
    for (uint32_t node = zoomed; node != CallerNode::kNone; node = tree_.nodes[node].parent)
      above.push_back(node);
    std::reverse(above.begin(), above.end());
    uint32_t row = 0;
    for (const uint32_t node : above)
      boxes_.push_back(
          {.node = node, .parent = tree_.nodes[node].parent, .row = ++row, .left = 0, .width = width});
    const uint64_t whole = zoomed == CallerNode::kNone ? sumOf(tree_.roots) : figureOf(zoomed);
    if (whole == 0) return std::move(boxes_);
    per_unit_ = width / static_cast<double>(whole);
    addChildren(zoomed, row + 1, 0);
    return std::move(boxes_);
  }

 private:
  uint64_t figureOf(uint32_t node) const { return tree_.nodes[node].total.costs.*figure_; }
  uint64_t sumOf(const std::vector<uint32_t>& nodes) const {
    uint64_t sum = 0;
    for (const uint32_t node : nodes) sum += figureOf(node);
    return sum;
  }

  void addChildren(uint32_t parent, uint32_t row, double left) {
    std::vector<uint32_t> children = parent == CallerNode::kNone ? tree_.roots : tree_.nodes[parent].children;
    std::stable_sort(children.begin(), children.end(),
                     [&](uint32_t a, uint32_t b) { return figureOf(a) > figureOf(b); });
    for (size_t i = 0; i < children.size(); ++i) {
      const double width = static_cast<double>(figureOf(children[i])) * per_unit_;
      if (width < kLeastWidth) {
        addOthers({children.begin() + static_cast<std::ptrdiff_t>(i), children.end()}, parent, row, left);
        return;
      }
      boxes_.push_back({.node = children[i], .parent = parent, .row = row, .left = left, .width = width});
      addChildren(children[i], row + 1, left);
      left += width;
    }
  }

  void addOthers(const std::vector<uint32_t>& nodes, uint32_t parent, uint32_t row, double left) {
    const double width = static_cast<double>(sumOf(nodes)) * per_unit_;
    if (width < kLeastWidth) return;
    boxes_.push_back({.parent = parent,
                      .row = row,
                      .left = left,
                      .width = width,
                      .others = static_cast<uint32_t>(nodes.size())});
  }

  const CallerTree& tree_;
  uint64_t Costs::*figure_;
  double per_unit_ = 0;
  std::vector<FlameBox> boxes_;
};

}  // namespace

std::vector<FlameBox> layOutFlames(const CallerTree& tree, uint64_t Costs::*figure, uint32_t zoomed,
                                   double width) {
  return Layout(tree, figure).make(zoomed, width);
}

}  // namespace slabscope::viewer
