// SPDX-License-Identifier: Apache-2.0
// What was alive at an instant, how well its slabs were used, and who answers for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slabscope/analysis/evidence.h"
#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/instant.h"
#include "slabscope/analysis/live_set.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/model.h"
#include "slabscope/recording/result.h"

namespace slabscope::analysis {

struct InstantReport : Holdings {
  NamedInstant at;
  Totals totals;
  /// When the main isolate's last full collection before it began.
  std::optional<recording::Nanoseconds> last_full_collection;
};

/// One report for each instant, in the order given, from one more pass over the recording.
Result<std::vector<InstantReport>> reportAt(const Scan& scan, const std::vector<NamedInstant>& instants,
                                            const Progress& progress = {});

struct Survey {
  std::vector<InstantReport> instants;  ///< in the order given
  Evidence evidence;                    ///< up to the first of them
  /// Whole batches in the file. Fewer than in `scan`: that has not looked at what is damaged, and everything
  /// here is to be done again with scan().
  uint64_t batches = 0;
};

/// What scan() and survey() of the instants "end" and "peak" tell.
struct WholeSurvey {
  Scan scan;
  InstantReport at_end;
  InstantReport at_peak;
  Evidence evidence;  ///< up to the end
};

/// All of it in one pass, in half of the time. Nothing where that is not possible: the recording does not
/// tell beforehand what has to be known (recording::Outline), is damaged, or not finished.
Result<std::optional<WholeSurvey>> surveyWhole(const std::string& path, const Progress& progress = {});

/// reportAt() and the evidence in one pass, which reads to the end of the recording. `instants` has one at
/// least.
Result<Survey> survey(const Scan& scan, const std::vector<NamedInstant>& instants,
                      const Progress& progress = {});

}  // namespace slabscope::analysis
