// SPDX-License-Identifier: Apache-2.0
// The tables of a report. Where it has two instants, a table shows the callers that matter most at either of
// them, in the order of the first.
#pragma once

#include <string>

#include "report.h"

namespace slabscope::cli {

/// Top holders of slab bytes.
std::string holdersTable(const Report& report);

/// Top callers by live bytes of stores that are no slabs.
std::string callersTable(const Report& report);

}  // namespace slabscope::cli
