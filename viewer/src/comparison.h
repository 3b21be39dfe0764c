// SPDX-License-Identifier: GPL-3.0-or-later
// Two recordings of one program side by side: what the Diff view shows.
#pragma once

#include <QString>
#include <memory>
#include <string>

#include "diff_flames.h"
#include "slab_spread.h"
#include "slabscope/analysis/diff.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/timeline.h"

namespace slabscope::viewer {

struct ComparedRun {
  analysis::Scan scan;
  analysis::Timeline timeline;
  SlabSamples slabs;  ///< of those that live at the instant
};

struct Comparison {
  analysis::Diff diff;
  ComparedRun before;
  ComparedRun after;
  std::shared_ptr<const DiffFlames> flames;
};

struct ComparisonQuestion {
  std::string before;  ///< path of the old recording
  std::string after;
  std::string at_before;  ///< as chooseInstant() understands it
  std::string at_after;
  std::string from_before;  ///< from when allocations count; empty: the start
  std::string from_after;
  analysis::Per per = analysis::Per::kRun;
  friend bool operator==(const ComparisonQuestion&, const ComparisonQuestion&) = default;
};

struct ComparisonAnswer {
  std::shared_ptr<const Comparison> comparison;  ///< null: see `trouble`
  QString trouble;                               ///< one line for the user
};

/// The figures of `slabscope diff`. Reads both files; touches nothing else.
ComparisonAnswer compareRecordings(const ComparisonQuestion& question, const analysis::Progress& progress);

}  // namespace slabscope::viewer
