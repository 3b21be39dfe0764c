// SPDX-License-Identifier: GPL-3.0-or-later
#include "diff_flames.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "slabscope/analysis/words.h"

namespace slabscope::viewer {
namespace {

using analysis::CallerNode;

analysis::CallerTree treeOf(const CostsOfRun& run) {
  return analysis::callerTree(run.scan, run.table, analysis::Direction::kTopDown,
                              analysis::Grouping::kFunction, analysis::Frames::kOwners);
}

}  // namespace

std::shared_ptr<DiffFlames> makeDiffFlames(const CostsOfRun& before, const CostsOfRun& after) {
  const analysis::CallerTree old_tree = treeOf(before);
  const analysis::CallerTree new_tree = treeOf(after);
  analysis::TreeChanges changes = analysis::compareTrees({before.scan, old_tree}, {after.scan, new_tree});
  auto flames = std::make_shared<DiffFlames>();
  flames->before = std::move(changes.before);
  flames->after = std::move(changes.after);
  flames->before_total = before.table.total;
  flames->after_total = after.table.total;
  CallersAnswer& callers = flames->callers;
  auto both = std::make_shared<analysis::CostTable>();
  both->total = before.table.total;
  both->total += after.table.total;
  callers.table = std::move(both);
  callers.tree = std::move(changes.tree);
  callers.of_the_program = std::move(changes.of_the_program);
  callers.ranks.assign(callers.tree.nodes.size(), -1);
  for (const std::string& name : changes.names) callers.names.push_back(QString::fromStdString(name));
  return flames;
}

DiffFlameGraph::DiffFlameGraph(QWidget* parent) : FlameGraph(parent) {
  setAccessibleName(tr("Flame graph of what has changed"));
}

void DiffFlameGraph::setFlames(std::shared_ptr<const DiffFlames> flames) {
  flames_ = std::move(flames);
  // Lives as long as what it is a part of.
  set(flames_ == nullptr ? nullptr : std::shared_ptr<const CallersAnswer>(flames_, &flames_->callers));
}

bool DiffFlameGraph::knowsChanges() const {
  const auto& value = costMetric().value;
  const bool is_alive = value == &analysis::Costs::held_bytes || value == &analysis::Costs::live_bytes;
  return flames_ == nullptr || (flames_->slices_comparable && (is_alive || flames_->sums_comparable));
}

double DiffFlameGraph::changeOf(uint32_t node) const {
  if (!knowsChanges()) return 0;
  const auto& value = costMetric().value;
  const auto before = static_cast<double>(flames_->before[node].*value);
  const auto after = static_cast<double>(flames_->after[node].*value);
  return before + after == 0 ? 0 : (after - before) / (after + before);
}

QColor DiffFlameGraph::grownColour(const Theme& theme) {
  return theme.dark ? QColor(0xe0, 0x6c, 0x5c) : QColor(0xd6, 0x4d, 0x3f);
}

QColor DiffFlameGraph::shrunkColour(const Theme& theme) {
  return theme.dark ? QColor(0x5b, 0x9d, 0xe0) : QColor(0x3b, 0x7d, 0xc9);
}

QColor DiffFlameGraph::sameColour(const Theme& theme) {
  return mix(theme.panel, theme.frame, theme.dark ? 0.7 : 0.8);
}

QColor DiffFlameGraph::colourOf(const FlameBox& box) const {
  if (box.others != 0 || box.node == CallerNode::kNone) return FlameGraph::colourOf(box);
  const double change = changeOf(box.node);
  // A tenth more is to be seen already.
  const double strength = std::sqrt(std::min(1.0, std::fabs(change)));
  const QColor colour =
      mix(sameColour(theme()), change > 0 ? grownColour(theme()) : shrunkColour(theme()), strength);
  return isDimmed(box) ? mix(colour, theme().panel, 0.72) : colour;
}

QString DiffFlameGraph::changeInWords(uint64_t before, uint64_t after) const {
  const QString by = inWords(costMetric(), std::max(before, after) - std::min(before, after));
  QString words = tr("%1, then %2").arg(inWords(costMetric(), before), inWords(costMetric(), after));
  if (!knowsChanges()) return words + tr(" (not of the same)");
  if (before == after) return words + tr(": the same");
  words += tr(": %1 %2").arg(by, after > before ? tr("more") : tr("less"));
  if (before == 0) return words + tr(", new");
  if (after == 0) return words + tr(", gone");
  const double share =
      (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(before);
  return words + QString(" (%1%2 %)").arg(share > 0 ? "+" : "").arg(100 * share, 0, 'f', 1);
}

QString DiffFlameGraph::wholeInWords() const {
  const auto& value = costMetric().value;
  return tr("all: %1").arg(changeInWords(flames_->before_total.*value, flames_->after_total.*value));
}

QString DiffFlameGraph::wordsOf(const FlameBox& box) const {
  if (box.others != 0) return FlameGraph::wordsOf(box);
  if (box.node == CallerNode::kNone) return wholeInWords();
  QString words = flames_->callers.names[box.node];
  for (const CostMetric& one : kCostMetrics) {
    const uint64_t before = flames_->before[box.node].*one.value;
    const uint64_t after = flames_->after[box.node].*one.value;
    if (before == 0 && after == 0) continue;
    words += QString("\n%1: ").arg(QString::fromLatin1(one.name));
    words += &one == &costMetric() ? changeInWords(before, after)
                                   : tr("%1, then %2").arg(inWords(one, before), inWords(one, after));
  }
  return words;
}

}  // namespace slabscope::viewer
