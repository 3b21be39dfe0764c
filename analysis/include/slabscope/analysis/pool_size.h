// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "slabscope/recording/reader.h"

namespace slabscope::analysis {

/// Buffer.poolSize as the program's start told it, in bytes; nothing where the recording does not say.
std::optional<uint64_t> poolSizeOf(const recording::Definitions& definitions);

}  // namespace slabscope::analysis
