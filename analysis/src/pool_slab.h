// SPDX-License-Identifier: Apache-2.0
// What is remembered of a pool slab that is alive, and of a slice in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "byte_map.h"
#include "slabscope/analysis/buffer_factory.h"
#include "slabscope/analysis/pool_facts.h"
#include "slabscope/recording/model.h"

namespace slabscope::analysis {

struct PoolSlice {
  recording::StoreId store;
  RangeOfBytes range;
  recording::StackId stack;
  uint32_t isolate = 0;
  recording::Nanoseconds born = 0;
  bool is_cut = false;
  size_t place = 0;  // in its slab's `live`
};

/// The pool has begun another slab.
struct Left {
  Factory factory = Factory::kUnknown;  ///< of the request that did not fit
  TailCause cause = TailCause::kUnknown;
  Example request;
};

struct PoolSlab {
  recording::StoreId id;
  uint32_t isolate = 0;
  recording::Nanoseconds born = 0;
  uint64_t address = 0;
  uint64_t size = 0;
  uint64_t room = 0;  ///< beyond the pool's size
  uint64_t base = 0;  ///< where the pool begins in it

  bool told_again = false;  ///< it is older than what the recording has in full
  bool whole = true;        ///< all of its cuts were seen
  uint64_t cuts = 0;        ///< seen, those that are told again included
  uint64_t told_cuts = 0;   ///< of these, those that are told again: others of that time are missing
  uint64_t end = 0;         ///< of the newest cut
  recording::Nanoseconds last_cut = 0;
  uint32_t last_isolate = 0;
  Example newest;
  Factory newest_factory = Factory::kUnknown;
  recording::SliceId newest_slice;
  uint64_t dead_cuts = 0;
  uint64_t cut_bytes = 0;
  uint64_t padding = 0;
  uint64_t aligned = 0;
  ByteMap cut;
  std::vector<recording::SliceId> live;  ///< slices, views included
  std::optional<Left> left;

  uint64_t poolEnd() const { return room == 0 ? size : size - room + base; }
};

}  // namespace slabscope::analysis
