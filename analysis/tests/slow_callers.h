// SPDX-License-Identifier: Apache-2.0
// The obvious way to find out what allocations became of, and what callers hold alone: every event is looked
// at again for every question.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "slabscope/analysis/callers.h"
#include "slabscope/recording/reader.h"

namespace slabscope::tests {

struct SlowDeaths {
  uint64_t temporary = 0, temporary_bytes = 0, temporary_stores = 0, own_stores = 0;
  std::vector<uint64_t> lifetimes;
};

/// By stack: what has become of allocations after the first `count` events.
std::map<recording::StackId, SlowDeaths> slowDeaths(const std::vector<recording::Event>& events,
                                                    size_t count);

/// Live bytes after the first `count` events whose every holder is one of those stacks.
uint64_t slowAlone(const std::vector<recording::Event>& events, size_t count,
                   const std::function<bool(recording::StackId)>& is_one);

/// The callers on a stack by name, innermost first, none twice in a row.
std::vector<std::string> slowPath(const recording::Definitions& definitions, recording::StackId stack,
                                  analysis::Grouping grouping, analysis::Frames frames);

/// The name of the caller that a frame belongs to.
std::string slowCaller(const recording::Definitions& definitions, recording::FrameId frame,
                       analysis::Grouping grouping);

}  // namespace slabscope::tests
