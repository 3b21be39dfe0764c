// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "slabscope/analysis/advice.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::cli {

/// What `report` found: one or two instants, of which the first decides the order of the tables.
struct Report {
  const analysis::Scan& scan;
  std::vector<analysis::InstantReport> instants;
  size_t top = 10;                         ///< callers in each table
  std::vector<analysis::Advice> advice{};  ///< on the first instant
};

/// For people: one screen.
std::string reportText(const Report& report);

/// One object, described in docs/report.md. Its names are stable; a later version may add some, and then
/// keeps "schema" at 1.
nlohmann::ordered_json reportJson(const Report& report);

}  // namespace slabscope::cli
