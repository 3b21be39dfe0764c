// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "slabscope/recording/id_map.h"

namespace slabscope::analysis {

using recording::IdMap;

}  // namespace slabscope::analysis
