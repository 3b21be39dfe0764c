// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "slabscope/analysis/pool_claims.h"
#include "slabscope/analysis/pool_facts.h"
#include "slabscope/analysis/scan.h"

namespace slabscope::cli {

/// For people: two or three lines a claim.
std::string explainText(const analysis::Scan& scan, const analysis::PoolFacts& facts);

/// One object; docs/explain.md has its schema. Its names are stable; a later version may add some, and then
/// keeps "schema" at 1.
nlohmann::ordered_json explainJson(const analysis::Scan& scan, const analysis::PoolFacts& facts);

}  // namespace slabscope::cli
