// SPDX-License-Identifier: GPL-3.0-or-later
#include "caller_costs.h"

#include <QHash>
#include <QStringList>
#include <algorithm>
#include <utility>

#include "slabscope/analysis/caller_words.h"
#include "slabscope/analysis/owners.h"
#include "slabscope/analysis/words.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::CallerNode;
using analysis::Costs;

// Callers in words, each frame once.
class Names {
 public:
  Names(const analysis::Scan& scan, analysis::Grouping grouping) : scan_(scan), grouping_(grouping) {}
  QString of(recording::FrameId frame) {
    const auto known = known_.constFind(frame.value);
    if (known != known_.constEnd()) return *known;
    return *known_.insert(frame.value,
                          QString::fromStdString(analysis::callerInWords(scan_, frame, grouping_)));
  }

 private:
  const analysis::Scan& scan_;
  analysis::Grouping grouping_;
  QHash<uint32_t, QString> known_;
};

Result<analysis::CostTable> costsOf(const CallersQuestion& question, const analysis::Progress& progress) {
  const analysis::Scan& scan = question.recording->scan;
  if (!question.range) return analysis::stackCosts(scan, question.at, progress);
  return analysis::stackCostsBetween(scan, question.at, question.range->from, question.range->until,
                                     progress);
}

void nameNodes(const CallersQuestion& question, CallersAnswer& answer) {
  const Loaded& loaded = *question.recording;
  const analysis::Owners owners(loaded.scan.definitions);
  Names names(loaded.scan, question.grouping);
  QHash<QString, int> ranks;
  for (size_t i = 0; i < loaded.callers.size(); ++i) {
    const QString name = names.of(loaded.callers[i]);
    if (!ranks.contains(name)) ranks.insert(name, static_cast<int>(i));
  }
  for (const CallerNode& node : answer.tree.nodes) {
    answer.names.push_back(names.of(node.frame));
    answer.ranks.push_back(ranks.value(answer.names.back(), -1));
    answer.of_the_program.push_back(owners.isOfTheProgram(node.frame));
  }
}

QString lifetimeInWords(const analysis::LifetimeHistogram& lifetimes) {
  const auto words = [](const std::optional<analysis::LifetimeHistogram::Range>& range) {
    return durationText(range->until);
  };
  if (lifetimes.count() == 0) return QString("none has died");
  return QString("half of those that died lived less than %1, 95 of 100 less than %2")
      .arg(words(lifetimes.median()), words(lifetimes.p95()));
}

}  // namespace

QStringList metricNames() {
  QStringList names;
  for (const CostMetric& metric : kCostMetrics) names << QString::fromLatin1(metric.name);
  return names;
}

QString inWords(const CostMetric& metric, uint64_t value) {
  return metric.in_bytes ? bytes(value) : countText(value);
}

QString percentOf(uint64_t part, uint64_t whole) {
  return QString::fromStdString(analysis::shareInWords(part, whole));
}

CallersAnswer findCallers(const CallersQuestion& question, const analysis::Progress& progress) {
  CallersAnswer answer;
  answer.table = question.table;
  if (answer.table == nullptr) {
    Result<analysis::CostTable> table = costsOf(question, progress);
    if (!table) {
      answer.trouble = QString::fromStdString(table.error().message);
      return answer;
    }
    answer.table = std::make_shared<const analysis::CostTable>(std::move(*table));
  }
  answer.tree = analysis::callerTree(question.recording->scan, *answer.table, question.direction,
                                     question.grouping, question.frames);
  nameNodes(question, answer);
  return answer;
}

std::vector<bool> nodesOf(const CallersQuestion& shown, const CallersAnswer& answer,
                          const PickedCaller& picked) {
  const analysis::Grouping coarser = std::max(shown.grouping, picked.grouping);
  Names names(shown.recording->scan, coarser);
  const QString wanted = names.of(picked.frame);
  std::vector<bool> nodes;
  nodes.reserve(answer.tree.nodes.size());
  for (size_t i = 0; i < answer.tree.nodes.size(); ++i) {
    const bool as_shown = coarser == shown.grouping;
    nodes.push_back((as_shown ? answer.names[i] : names.of(answer.tree.nodes[i].frame)) == wanted);
  }
  return nodes;
}

QString describe(const CallersAnswer& answer, uint32_t node) {
  const Costs& all = answer.table->total;
  if (node == CallerNode::kNone)
    return QString("All callers\nheld %1, live %2\n%3 allocations, %4")
        .arg(bytes(all.held_bytes), bytes(all.live_bytes), countText(all.allocations), bytes(all.bytes));
  const analysis::CallerCosts& total = answer.tree.nodes[node].total;
  const Costs& costs = total.costs;
  const Costs& self = answer.tree.nodes[node].self.costs;
  QStringList lines{answer.names[node]};
  lines << QString("held %1 (%2 of all), %3 by itself, %4 by nobody else")
               .arg(bytes(costs.held_bytes), percentOf(costs.held_bytes, all.held_bytes),
                    bytes(self.held_bytes), bytes(total.alone_bytes));
  lines << QString("live %1").arg(bytes(costs.live_bytes));
  if (costs.slab_live_bytes != 0)
    lines.back() += QString(", each live byte of a slab holds %1")
                        .arg(QString::fromStdString(
                            analysis::factorInWords(costs.slab_held_bytes, costs.slab_live_bytes)));
  lines << QString("%1 allocations, %2; %3 temporary, %4")
               .arg(countText(costs.allocations), bytes(costs.bytes), countText(costs.temporary),
                    bytes(costs.temporary_bytes));
  lines << lifetimeInWords(costs.lifetimes);
  return lines.join('\n');
}

}  // namespace slabscope::viewer
