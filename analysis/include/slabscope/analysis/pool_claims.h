// SPDX-License-Identifier: Apache-2.0
// The facts of the pool as people read them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slabscope/analysis/pool_facts.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::analysis {

/// What is said of the pool, and what the recording says to it.
struct Claim {
  const char* id;    ///< of the JSON: stable
  const char* text;  ///< in one line, as the others below
  Finding finding;
  std::string figures;
  std::string example;           ///< a place where it can be seen; "" where there is none
  std::optional<Example> place;  ///< that of the example
};

/// All claims, in the order in which they are told.
std::vector<Claim> claimsOf(const Scan& scan, const PoolFacts& facts);

/// "holds", "does not hold", "cannot tell"; "Buffer.from(string)".
const char* inWords(Verdict verdict);
const char* inWords(Lacking lacking);
const char* inWords(Factory factory);
/// Why there is no verdict; "" where there is one.
std::string lackingInWords(const Finding& finding);

}  // namespace slabscope::analysis
