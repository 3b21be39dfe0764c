// SPDX-License-Identifier: GPL-3.0-or-later
// Who keeps the bytes of slabs alive at an instant, and what can be done about it. Found off the GUI thread.
#pragma once

#include <QString>
#include <memory>
#include <vector>

#include "loaded.h"
#include "slabscope/analysis/advice.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/slab_table.h"

namespace slabscope::viewer {

struct RetentionQuestion {
  std::shared_ptr<const Loaded> recording;
  analysis::Instant at;
};

/// The rows' held bytes add up to those of all slabs.
struct RetentionRow {
  enum class Kind : uint8_t {
    kHolder,
    kYounger,  ///< slabs that no slice holds that has survived a full collection
    kUnknown,  ///< slabs without a live slice
  };
  Kind kind = Kind::kHolder;
  recording::FrameId owner = {};  ///< of a holder; 0: its slices have no stack
  uint64_t held = 0;   ///< by what survived a full collection; by all that lives where there was none
  uint64_t alone = 0;  ///< of slabs that nobody else holds
  uint64_t live = 0;
  uint64_t slices = 0;
  uint64_t held_now = 0;  ///< by all that lives, survived or not
  uint64_t slabs = 0;     ///< of the last two kinds
};

struct RetentionAnswer {
  analysis::InstantReport report;
  std::vector<analysis::Advice> advice;
  std::shared_ptr<const std::vector<analysis::SlabRow>> slabs;  ///< that live at the instant; null: trouble
  std::vector<RetentionRow> rows;  ///< most held bytes first, those without a holder last
  uint64_t slab_bytes = 0;         ///< of all slabs
  QString trouble;                 ///< why there is nothing else

  /// There was a full collection by then: what it left is told from what is younger.
  bool knowsSurvivors() const { return report.last_full_collection.has_value(); }
};

RetentionAnswer findRetention(const RetentionQuestion& question, const analysis::Progress& progress);

/// "handleMessage  app.js:27:39", or what there is in place of a caller.
QString nameOf(const Loaded& recording, const RetentionRow& row);
/// All of a row's figures, in lines.
QString describe(const Loaded& recording, const RetentionAnswer& answer, const RetentionRow& row);
/// The figures that an advice rests on.
QString evidenceOf(const analysis::Advice& advice);

}  // namespace slabscope::viewer
