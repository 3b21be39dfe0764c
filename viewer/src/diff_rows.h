// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of the Diff view: the figures and words of `slabscope diff`.
#pragma once

#include <vector>

#include "figure_table.h"
#include "slabscope/analysis/diff.h"
#include "theme.h"

namespace slabscope::viewer {

enum DiffCallerColumn {
  kDiffStatus,
  kDiffCaller,
  kDiffHeldOld,
  kDiffHeldNew,
  kDiffHeld,
  kDiffLive,
  kDiffBytes,
  kDiffAllocations
};
std::vector<FigureHeading> diffCallerHeadings();
/// In the order of `callers`, which are those of the diff that are to be shown. Changes of sums that cannot
/// be compared (analysis::Diff::sums_comparable) are "?".
std::vector<FigureRow> diffCallerRows(const analysis::Diff& diff,
                                      const std::vector<const analysis::CallerChange*>& callers,
                                      const Theme& theme);

enum DiffMetricColumn { kMetricName, kMetricOld, kMetricNew, kMetricChange, kMetricRelative };
std::vector<FigureHeading> diffMetricHeadings();
/// Of every figure of the whole that is not 0 on both sides; bold where the change is more than noise.
std::vector<FigureRow> diffMetricRows(const analysis::Diff& diff, const Theme& theme);

}  // namespace slabscope::viewer
