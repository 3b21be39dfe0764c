// SPDX-License-Identifier: Apache-2.0
// Slices and their deaths as columns. They are most of what a recording holds, and come in runs: who goes
// through many reads a run at a time, and only the columns that it needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "slabscope/recording/model.h"

namespace slabscope::recording {

/// Slices that were born one after the other, with no other event between. The columns are those of the
/// batch, and valid as long as it is.
struct SliceRun {
  size_t count = 0;
  const Nanoseconds* t = nullptr;
  const uint64_t* slice = nullptr;  ///< ids, ascending
  const uint64_t* store = nullptr;
  const uint64_t* parent = nullptr;  ///< 0: cut from the slab itself
  const uint64_t* offset = nullptr;
  const uint64_t* length = nullptr;
  const uint32_t* isolate = nullptr;
  const uint32_t* stack = nullptr;

  Slice operator[](size_t i) const {
    return {.t = t[i],
            .slice = {slice[i]},
            .store = {store[i]},
            .parent = {parent[i]},
            .offset = offset[i],
            .length = length[i],
            .isolate = isolate[i],
            .stack = {stack[i]}};
  }
  /// `size` of them, from one on.
  SliceRun part(size_t from, size_t size) const {
    return {size,          t + from,      slice + from,   store + from, parent + from,
            offset + from, length + from, isolate + from, stack + from};
  }
};

/// Likewise deaths of slices.
struct SliceFreeRun {
  size_t count = 0;
  const Nanoseconds* t = nullptr;
  const uint64_t* slice = nullptr;
  const uint64_t* teardown = nullptr;  ///< not 0: by the end of its isolate

  SliceFree operator[](size_t i) const {
    return {.t = t[i], .slice = {slice[i]}, .teardown = teardown[i] != 0};
  }
  SliceFreeRun part(size_t from, size_t size) const {
    return {size, t + from, slice + from, teardown + from};
  }
};

/// Slices or deaths of slices, of which nothing but their times was read.
struct UnreadRun {
  size_t count = 0;
  const Nanoseconds* t = nullptr;
  bool is_of_deaths = false;

  UnreadRun part(size_t from, size_t size) const { return {size, t + from, is_of_deaths}; }
};

/// Memory for a column of the largest batch so far. What was in it is void once it is asked for again.
template <class T>
class ColumnMemory {
 public:
  T* get(size_t count) {
    if (count > size_) {
      memory_ = std::make_unique_for_overwrite<T[]>(count);
      size_ = count;
    }
    return memory_.get();
  }
  T* get() const { return memory_.get(); }

 private:
  std::unique_ptr<T[]> memory_;
  size_t size_ = 0;
};

}  // namespace slabscope::recording
