// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "callers.h"
#include "scan_warnings.h"
#include "words.h"

namespace slabscope::cli {
namespace {

using analysis::CallerCosts;
using analysis::CallerNode;
using analysis::CallerRow;
using analysis::CallerTree;
using analysis::Costs;

std::string figure(const CostColumn& column, uint64_t value) {
  return std::string_view(column.unit) == "bytes" ? bytesInWords(value) : countInWords(value);
}

// Of time, in the unit that is read best: "16 ms".
std::string shortTime(recording::Nanoseconds t) {
  constexpr std::pair<double, const char*> kUnits[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
  const auto ns = static_cast<double>(t);
  for (const auto& [size, unit] : kUnits) {
    if (ns >= size) return fmt::format("{:.{}f} {}", ns / size, ns / size < 9.95 ? 1 : 0, unit);
  }
  return fmt::format("{} ns", t);
}

// What a limited file tells again, of the time before its detail, was allocated then.
std::string whatAllocationsAre(const analysis::Scan& scan) {
  if (!scan.hasDropped()) return {};
  return fmt::format(
      "! allocations and their bytes, temporary and lifetime are of what was alive at {} and of what came "
      "after\n",
      secondsInWords(scan.header.dropped.until));
}

std::string title(const CallersView& view, const std::string& what) {
  std::string words(view.cost.name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return fmt::format("{}\n{}{}Callers {} at {} ({}): {}\n\n", printable(view.scan.path),
                     scanWarnings(view.scan), whatAllocationsAre(view.scan), what, printable(view.at.name),
                     secondsInWords(std::min(view.at.instant.t, view.scan.duration)), words);
}

std::string sum(const CallersView& view) {
  const CostColumn& cost = view.cost;
  std::string line = fmt::format("\n{:>11} in all", figure(cost, view.table.total.*cost.value));
  if (cost.value == &Costs::held_bytes && view.table.unknown_held_bytes != 0)
    line += fmt::format("; {} more in slabs{}: holder unknown", bytesInWords(view.table.unknown_held_bytes),
                        view.scan.knowsSlices() ? " without a live slice" : "");
  return line + '\n';
}

std::string row(const CallersView& view, const CallerCosts& self, const CallerCosts* total,
                const std::string& caller) {
  const CostColumn& cost = view.cost;
  const Costs& mine = self.costs;
  const uint64_t whole = view.table.total.*cost.value;
  const auto median = mine.lifetimes.median();
  return fmt::format(
      "{:>11}{:>9}{:>11}{:>11}{:>11}{:>10}{:>11}{:>10}{:>9}  {}\n", figure(cost, mine.*cost.value),
      shareInWords(mine.*cost.value, whole), total == nullptr ? "" : figure(cost, total->costs.*cost.value),
      total == nullptr ? "" : bytesInWords(total->alone_bytes), bytesInWords(mine.live_bytes),
      factorInWords(mine.slab_held_bytes, mine.slab_live_bytes), countInWords(mine.allocations),
      shareInWords(mine.temporary, mine.allocations), median ? "<" + shortTime(median->until) : "-", caller);
}

class TreeText {
 public:
  TreeText(const CallersView& view, const CallerTree& tree)
      : view_(view), tree_(tree), whole_(view.table.total.*view.cost.value) {}

  std::string write() {
    addChildren(tree_.roots, 0);
    return std::move(text_);
  }

 private:
  uint64_t totalOf(uint32_t node) const { return tree_.nodes[node].total.costs.*view_.cost.value; }

  void addChildren(const std::vector<uint32_t>& all, size_t depth) {
    const std::vector<uint32_t> children = inOrder(view_, tree_, all);
    uint64_t left_out = 0;
    uint64_t rest = 0;
    for (size_t i = 0; i < children.size(); ++i) {
      const uint64_t total = totalOf(children[i]);
      if (i >= view_.top || depth >= view_.depth) {
        ++left_out;
        rest += total;
      } else if (total != 0) {
        add(children[i], depth);
      }
    }
    if (rest != 0) addLine(depth, rest, "", fmt::format("({} not shown)", counted(left_out, "caller")));
  }

  void add(uint32_t index, size_t depth) {
    const CallerNode& node = tree_.nodes[index];
    const uint64_t self = node.self.costs.*view_.cost.value;
    addLine(depth, totalOf(index), self == 0 ? "" : figure(view_.cost, self),
            callerInWords(view_, node.frame));
    addChildren(node.children, depth + 1);
  }

  void addLine(size_t depth, uint64_t total, const std::string& self, const std::string& caller) {
    text_ += fmt::format("{:>11}{:>9}{:>11}  {}{}\n", figure(view_.cost, total), shareInWords(total, whole_),
                         self, std::string(2 * depth, ' '), caller);
  }

  const CallersView& view_;
  const CallerTree& tree_;
  uint64_t whole_;
  std::string text_;
};

}  // namespace

std::string callersText(const CallersView& view, const std::vector<CallerRow>& rows) {
  const std::vector<const CallerRow*> sorted = inOrder(view, rows);
  std::string text = title(view, fmt::format("by {}", nameOf(view.grouping)));
  text += fmt::format("{:>11}{:>9}{:>11}{:>11}{:>11}{:>10}{:>11}{:>10}{:>9}  {}\n", "self", "", "total",
                      "alone", "live", "held/live", "allocs", "temporary", "lifetime", "caller");
  CallerCosts rest;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i < view.top) {
      text += row(view, sorted[i]->self, &sorted[i]->total, callerInWords(view, sorted[i]->frame));
    } else {
      rest.costs += sorted[i]->self.costs;
    }
  }
  if (sorted.size() > view.top)
    text += row(view, rest, nullptr, fmt::format("({})", counted(sorted.size() - view.top, "other caller")));
  return text + sum(view);
}

std::string callersText(const CallersView& view, const CallerTree& tree, analysis::Direction direction) {
  std::string text =
      title(view, fmt::format("{} by {}",
                              direction == analysis::Direction::kTopDown ? "from the top" : "from the bottom",
                              nameOf(view.grouping)));
  text += fmt::format("{:>11}{:>9}{:>11}  {}\n", "total", "", "self", "caller");
  return text + TreeText(view, tree).write() + sum(view);
}

}  // namespace slabscope::cli
