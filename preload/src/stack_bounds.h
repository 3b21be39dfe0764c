// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace slabscope::preload {

/// The part of the thread's stack that may be read.
struct StackBounds {
  uintptr_t low;
  uintptr_t high;

  bool holdsWord(uintptr_t address) const {
    return (address & 7) == 0 && address >= low && address < high && high - address >= 8;
  }
  /// A frame's two words, where the caller goes on, and as many beneath as are ever read, lie on the stack.
  bool holdsFrame(uintptr_t frame) const {
    constexpr uintptr_t kBeneath = 16 * sizeof(uintptr_t);
    return (frame & 7) == 0 && frame >= low + kBeneath && frame < high && high - frame >= 16;
  }
};

/// Looks up what stackFrom() needs; once, at the start. False where this C library does not tell.
bool initialiseStackBounds();

/// The calling thread's stack from `stack_pointer` on.
StackBounds stackFrom(uintptr_t stack_pointer);

}  // namespace slabscope::preload
