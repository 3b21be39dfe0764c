// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "slabscope/analysis/advice.h"

namespace slabscope::cli {

/// The figures that an advice rests on, by its kind (docs/report.md).
nlohmann::ordered_json figuresOf(const analysis::Advice& advice);

}  // namespace slabscope::cli
