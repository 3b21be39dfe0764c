// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "slabscope/analysis/diff.h"

namespace slabscope::cli {

/// A condition of --fail-if that holds.
struct Failure {
  std::string condition;  ///< as the user wrote it
  std::string figures;
};

struct DiffReport {
  analysis::Diff diff;
  std::vector<Failure> failures;
  size_t top = 20;  ///< how many callers are shown one by one
};

/// For people.
std::string diffText(const DiffReport& report);

/// One object, described in docs/diff.md.
nlohmann::ordered_json diffJson(const DiffReport& report);

}  // namespace slabscope::cli
