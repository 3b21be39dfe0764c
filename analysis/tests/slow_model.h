// SPDX-License-Identifier: Apache-2.0
// The obvious way to find out what a recording holds after its first N events: start from nothing, keep every
// byte's owner. Slow, and with no piece in common with what it checks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "slabscope/recording/reader.h"

namespace slabscope::tests {

struct SlowHolder {
  double held = 0;  ///< exact shares, not rounded
  uint64_t alone = 0;
  uint64_t live = 0;
  uint64_t slices = 0;
};

struct SlowSlabs {
  uint64_t slabs = 0, bytes = 0, live_bytes = 0, slices = 0, empty = 0, empty_bytes = 0, young = 0;
};

struct SlowModel {
  SlowModel(const std::vector<recording::Event>& events, size_t count,
            const recording::Definitions& definitions);

  uint64_t stores = 0, store_bytes = 0, slices = 0, slice_bytes = 0;
  std::map<recording::StoreKind, SlowSlabs> slabs;
  std::map<std::string, SlowHolder> holders;  ///< by "function file:line"
  uint64_t unknown_slabs = 0, unknown_bytes = 0;
  std::map<std::string, uint64_t> callers;
  std::map<std::string, uint64_t> caller_stores;
};

/// "function file:line".
std::string nameOf(const recording::Definitions& definitions, recording::FrameId frame);

}  // namespace slabscope::tests
