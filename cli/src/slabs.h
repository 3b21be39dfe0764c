// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/slab_table.h"

namespace slabscope::cli {

/// What `slabs` found: all slabs at one instant, those that waste most first.
struct SlabsReport {
  const analysis::Scan& scan;
  analysis::NamedInstant at;
  std::vector<analysis::SlabRow> rows;
  size_t top = 20;  ///< how many are shown one by one
};

/// For people: a line of sums, then a row a slab.
std::string slabsText(const SlabsReport& report);

/// One object, described in docs/json.md and docs/schemas/slabs.json.
nlohmann::ordered_json slabsJson(const SlabsReport& report);

}  // namespace slabscope::cli
