// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "slabscope/analysis/report.h"
#include "slabscope/analysis/run_figures.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/result.h"

namespace slabscope::cli {

/// Scans the recording, with a progress bar; with `source_maps`, its callers are then those that the
/// program's source maps tell.
Result<analysis::Scan> readRecording(const std::string& file, bool source_maps);
/// Likewise by analysis::scanStores().
Result<analysis::Scan> readStores(const std::string& file, bool source_maps);

/// Likewise by analysis::surveyWhole(); nothing where that has nothing.
Result<std::optional<analysis::WholeSurvey>> surveyRecording(const std::string& file, bool source_maps);

/// Likewise by analysis::wholeRunFigures().
Result<std::optional<analysis::RunFigures>> readRunFigures(const std::string& file, bool source_maps);

}  // namespace slabscope::cli
