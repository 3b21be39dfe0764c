// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "slabscope/analysis/pool_facts.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::cli {

/// What is said of the pool, and what the recording says to it.
struct Claim {
  const char* id;    ///< of the JSON: stable
  const char* text;  ///< in one line, as the others below
  analysis::Finding finding;
  std::string figures;
  std::string example;  ///< a place where it can be seen; "" where there is none
};

/// All claims, in the order in which they are told.
std::vector<Claim> claimsOf(const analysis::Scan& scan, const analysis::PoolFacts& facts);

/// "holds", "does not hold", "cannot tell"; "Buffer.from(string)".
const char* inWords(analysis::Verdict verdict);
const char* inWords(analysis::Lacking lacking);
const char* inWords(analysis::Factory factory);

/// For people: two or three lines a claim.
std::string explainText(const analysis::Scan& scan, const analysis::PoolFacts& facts);

/// One object; docs/explain.md has its schema. Its names are stable; a later version may add some, and then
/// keeps "schema" at 1.
nlohmann::ordered_json explainJson(const analysis::Scan& scan, const analysis::PoolFacts& facts);

}  // namespace slabscope::cli
