// SPDX-License-Identifier: Apache-2.0
// One step of unwinding by the tables that the compiler left (.eh_frame), from registers that may come from
// anywhere. The C++ unwinder can only start at its own caller, and so never gets past generated code.
//
// Takes no lock and no memory: modules are found by _dl_find_object, everything else is read in place.
#pragma once

#include <dlfcn.h>

#include <cstdint>

#include "stack_bounds.h"

namespace slabscope::preload {

/// Numbers of x86-64's registers in DWARF.
inline constexpr uint32_t kRbx = 3;
inline constexpr uint32_t kRbp = 6;
inline constexpr uint32_t kRsp = 7;
inline constexpr uint32_t kReturnAddress = 16;
inline constexpr uint32_t kRegisters = 17;

struct Registers {
  uintptr_t values[kRegisters];
  uint32_t known;  ///< a bit for each register whose value is certain

  bool has(uint32_t number) const { return (known >> number & 1) != 0; }
  uintptr_t pc() const { return values[kReturnAddress]; }
  void set(uint32_t number, uintptr_t value) {
    values[number] = value;
    known |= 1U << number;
  }
  void forget(uint32_t number) { known &= ~(1U << number); }
};

/// The words of the stack that decided where a walk went: return addresses, and the frame pointers that were
/// saved.
struct Trail {
  static constexpr uint32_t kLimit = 128;

  uintptr_t places[kLimit];
  uint32_t count;
  bool complete;  ///< nothing else decided it; set by who begins a walk

  void add(uintptr_t place) {
    if (count == kLimit) complete = false;
    if (complete) places[count++] = place;
  }
};

enum class Step : uint8_t {
  kCaller,   ///< the registers are now those of the caller
  kEnd,      ///< this was the outermost function
  kUnknown,  ///< no table covers the address, or it says what is not understood here
};

/// Loads what it needs; once, at the start. False where this C library cannot find unwind tables without a
/// lock.
bool initialiseCfiUnwinder();

/// The loaded module that holds the address.
bool findModule(uintptr_t address, dl_find_object& module);

inline bool holds(const dl_find_object& module, uintptr_t address) {
  return address >= reinterpret_cast<uintptr_t>(module.dlfo_map_start) &&
         address < reinterpret_cast<uintptr_t>(module.dlfo_map_end);
}

/// From the registers in a function to those in its caller. `is_call`: the address follows a call, as all do
/// but the first and what a signal interrupted; receives what is so in the caller. `module` is
/// zeroed, or what the last step of the same walk left there, since what a thread runs in cannot be unloaded;
/// it receives the function's own, where there is one, and is left alone otherwise. `trail` may be null.
Step unwindOne(Registers& registers, const StackBounds& stack, bool& is_call, dl_find_object& module,
               Trail* trail = nullptr);

}  // namespace slabscope::preload
