// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "slabscope/recording/model.h"
#include "slabscope/recording/reader.h"

namespace slabscope::cli {

/// The labels of a stack's frames, outermost first, between semicolons.
std::string foldedStack(const recording::Definitions& definitions, recording::StackId stack);

}  // namespace slabscope::cli
