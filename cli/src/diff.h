// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fail_if.h"
#include "slabscope/analysis/diff.h"

namespace slabscope::cli {

/// What a condition of --fail-if came to.
struct Verdict {
  std::string condition;  ///< as the user wrote it
  Finding finding;
  /// Of the report's diff, those that it is about, as callersOf() says.
  std::vector<const analysis::CallerChange*> callers;
};

struct DiffReport {
  analysis::Diff diff;
  std::vector<Verdict> verdicts;
  size_t top = 20;  ///< how many callers are shown one by one
};

/// For people.
std::string diffText(const DiffReport& report);

/// One object, described in docs/diff.md.
nlohmann::ordered_json diffJson(const DiffReport& report);

/// For the servers that run tests: JUnit's XML, one test case for each condition.
std::string diffJunit(const DiffReport& report);

}  // namespace slabscope::cli
