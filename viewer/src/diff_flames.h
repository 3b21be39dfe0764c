// SPDX-License-Identifier: GPL-3.0-or-later
// The differential flame graph: the callers of two recordings in one picture, as wide as what they cost in
// both together, coloured by what has changed.
#pragma once

#include <memory>
#include <vector>

#include "caller_costs.h"
#include "flame_graph.h"
#include "slabscope/analysis/tree_changes.h"

namespace slabscope::viewer {

struct DiffFlames {
  CallersAnswer callers;                ///< of both together
  std::vector<analysis::Costs> before;  ///< by node
  std::vector<analysis::Costs> after;
  analysis::Costs before_total;
  analysis::Costs after_total;
  bool sums_comparable = true;    ///< what was allocated is of the same part of both runs
  bool slices_comparable = true;  ///< both runs have slices, or none has
};

struct CostsOfRun {
  const analysis::Scan& scan;
  const analysis::CostTable& table;
};

std::shared_ptr<DiffFlames> makeDiffFlames(const CostsOfRun& before, const CostsOfRun& after);

class DiffFlameGraph : public FlameGraph {
  Q_OBJECT

 public:
  explicit DiffFlameGraph(QWidget* parent = nullptr);

  /// Null: nothing to paint.
  void setFlames(std::shared_ptr<const DiffFlames> flames);
  QString wordsOf(const FlameBox& box) const override;
  QColor colourOf(const FlameBox& box) const override;

  /// Whether how the metric has changed can be told.
  bool knowsChanges() const;
  /// 0 where that is not known. Else from -1, there is nothing of it in the new recording, to 1, there was
  /// nothing in the old one.
  double changeOf(uint32_t node) const;
  static QColor grownColour(const Theme& theme);
  static QColor shrunkColour(const Theme& theme);
  static QColor sameColour(const Theme& theme);

 protected:
  QString wholeInWords() const override;

 private:
  QString changeInWords(uint64_t before, uint64_t after) const;

  std::shared_ptr<const DiffFlames> flames_;
};

}  // namespace slabscope::viewer
