// SPDX-License-Identifier: GPL-3.0-or-later
// What the Callers view shows: the tree of the analysis with its names. Made off the GUI thread.
#pragma once

#include <QString>
#include <QStringList>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "loaded.h"
#include "selection.h"
#include "slabscope/analysis/callers.h"
#include "slabscope/analysis/stack_costs.h"

namespace slabscope::viewer {

/// A figure that adds up, so that a picture can be made of it.
struct CostMetric {
  const char* name;     ///< "bytes held"
  const char* meaning;  ///< in a sentence
  bool in_bytes;
  uint64_t analysis::Costs::*value;
};
inline constexpr std::array<CostMetric, 5> kCostMetrics = {
    {{"bytes held", "Live stores of its own and its share of whole slabs", true,
      &analysis::Costs::held_bytes},
     {"bytes live", "Live stores of its own and its live bytes in slabs", true, &analysis::Costs::live_bytes},
     {"bytes allocated", "All that it ever allocated", true, &analysis::Costs::bytes},
     {"allocations", "Stores of its own and slices cut from slabs", false, &analysis::Costs::allocations},
     {"bytes temporary", "Of what no collection has found alive", true, &analysis::Costs::temporary_bytes}}};

QStringList metricNames();
/// "62.5 MiB", "1,234"
QString inWords(const CostMetric& metric, uint64_t value);
/// "94.1 %"; "-" of nothing.
QString percentOf(uint64_t part, uint64_t whole);

struct CallersQuestion {
  std::shared_ptr<const Loaded> recording;
  analysis::Instant at;
  std::optional<TimeRange> range;
  analysis::Direction direction = analysis::Direction::kTopDown;
  analysis::Grouping grouping = analysis::Grouping::kLine;
  analysis::Frames frames = analysis::Frames::kOwners;
  /// Of the same recording, instant and range; null: to be read.
  std::shared_ptr<const analysis::CostTable> table = nullptr;
};

struct CallersAnswer {
  std::shared_ptr<const analysis::CostTable> table;
  analysis::CallerTree tree;
  std::vector<QString> names;        ///< by node
  std::vector<int> ranks;            ///< by node: its place in Loaded::callers; -1: no such
  std::vector<bool> of_the_program;  ///< by node: not of Node and not machine code
  QString trouble;                   ///< why there is nothing else
};

CallersAnswer findCallers(const CallersQuestion& question, const analysis::Progress& progress);

/// By node, whether it is the picked caller as far as the tree tells callers apart.
std::vector<bool> nodesOf(const CallersQuestion& shown, const CallersAnswer& answer,
                          const PickedCaller& picked);

/// What a node is and costs, in lines.
QString describe(const CallersAnswer& answer, uint32_t node);

}  // namespace slabscope::viewer
