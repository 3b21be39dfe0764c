// SPDX-License-Identifier: GPL-3.0-or-later
// What every picture over time has in common: marks of the program, times in which events were lost or
// recording was paused, and the picked instant.
#pragma once

#include <optional>
#include <vector>

#include "axis.h"
#include "painting.h"
#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/scan.h"
#include "theme.h"

namespace slabscope::viewer {

struct TimeMarks {
  const Theme& theme;
  const analysis::Scan& scan;
  Axis time;
  QRectF plot;
  std::optional<analysis::Instant> instant;  ///< none: nothing is picked

  /// Over what is in the plot. With `flags` marks are told by name, those that would lie on one another left
  /// out: their lines are there.
  void paint(QPainter& painter, bool flags) const;
  /// The names of marks at the pixel, a line for each; empty for none.
  QString namesAt(double x) const;
};

/// Items for what paint() paints of this recording beside its marks.
std::vector<LegendItem> legendOfTimes(const Theme& theme, const analysis::Scan& scan);

}  // namespace slabscope::viewer
