// SPDX-License-Identifier: Apache-2.0
// The instructions of an unwind table, run up to one address.
#pragma once

#include <cstdint>

#include "cfi_table.h"
#include "cfi_unwinder.h"

namespace slabscope::preload {

/// How to get a register of the caller.
struct CfiRule {
  enum Kind : uint8_t {
    kSame,       ///< it was not touched
    kUndefined,  ///< it is lost
    kAtCfa,      ///< it was saved at the frame's address (CFA) plus the offset
    kIsCfa,      ///< it is the frame's address plus the offset
    kOther,      ///< another register, or an expression: not followed
  };
  int64_t offset;
  Kind kind;
};

struct CfiRow {
  CfiRule rules[kRegisters];
  int64_t cfa_offset;
  uint32_t cfa_register;  ///< kRegisters: an expression, not followed
};

/// False for instructions that are not known.
bool runCfi(const CfiEntry& entry, uintptr_t address, CfiRow& row);

}  // namespace slabscope::preload
