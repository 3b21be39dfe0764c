// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "v8_abi.h"

namespace slabscope::preload {

/// Where the code lies that V8 generated or brought along: all that has frame pointers and no unwind table.
struct CodePages {
  static constexpr size_t kLimit = 64;
  v8::MemoryRange ranges[kLimit];
  size_t count;

  explicit CodePages(v8::Isolate* isolate) : count(v8_functions.copyCodePages(isolate, kLimit, ranges)) {
    // Where not all can be known, none is: else generated code would pass for something else.
    if (count > kLimit) count = 0;
  }
  bool hold(uintptr_t address) const {
    for (size_t index = 0; index < count; ++index) {
      if (address - reinterpret_cast<uintptr_t>(ranges[index].start) < ranges[index].length_in_bytes)
        return true;
    }
    return false;
  }
};

}  // namespace slabscope::preload
