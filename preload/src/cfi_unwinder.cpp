// SPDX-License-Identifier: Apache-2.0
#include "cfi_unwinder.h"

#include <dlfcn.h>

#include "cfi_program.h"
#include "cfi_rows.h"
#include "cfi_table.h"
#include "told_modules.h"

namespace slabscope::preload {

namespace {

using FindObject = int (*)(void* address, dl_find_object* result);
constinit FindObject find_object = nullptr;
constinit CfiRows known_rows{};

uint64_t keyOf(uintptr_t address, const dl_find_object& module) {
  uint64_t key = (address * 0x9E3779B97F4A7C15ULL) ^ identityOf(module);
  return key ^ key >> 29;
}

/// As below, for the kind of row that is met nearly always.
bool apply(const PlainRow& row, const StackBounds& stack, Registers& registers) {
  if (!registers.has(row.cfa_register)) return false;
  uintptr_t cfa = registers.values[row.cfa_register] + static_cast<uintptr_t>(intptr_t{row.cfa_offset});
  if (cfa <= registers.values[kRsp] || cfa > stack.high) return false;
  for (uint32_t at = 0; at < PlainRow::kCount; ++at) {
    if (row.offsets[at] == PlainRow::kSame) continue;
    uintptr_t place = cfa + static_cast<uintptr_t>(intptr_t{row.offsets[at]});
    if (!stack.holdsWord(place)) return false;
    registers.set(PlainRow::kSaved[at], *reinterpret_cast<const uintptr_t*>(place));
  }
  registers.set(kRsp, cfa);
  return true;
}

/// `cfa`: of the frame that the row was applied to.
void follow(const PlainRow& row, uintptr_t cfa, Trail& trail) {
  // Another register would have to be known from the start.
  if (row.cfa_register != kRsp && row.cfa_register != kRbp) trail.complete = false;
  for (uint32_t at = 0; at < PlainRow::kCount; ++at) {
    bool decides = PlainRow::kSaved[at] == kRbp || PlainRow::kSaved[at] == kReturnAddress;
    if (decides && row.offsets[at] != PlainRow::kSame)
      trail.add(cfa + static_cast<uintptr_t>(intptr_t{row.offsets[at]}));
  }
}

/// By one row of that kind to the caller.
Step step(const PlainRow& row, const StackBounds& stack, Registers& registers, bool& is_call, Trail* trail) {
  is_call = true;
  if (!apply(row, stack, registers)) return Step::kUnknown;
  if (trail != nullptr) follow(row, registers.values[kRsp], *trail);
  return Step::kCaller;
}

/// The registers in the caller, by the rules of one row. False when a rule cannot be followed.
bool apply(const CfiRow& row, uint32_t return_column, const StackBounds& stack, Registers& registers) {
  if (row.cfa_register >= kReturnAddress || !registers.has(row.cfa_register)) return false;
  uintptr_t cfa = registers.values[row.cfa_register] + static_cast<uintptr_t>(row.cfa_offset);
  // A caller's frame lies further out.
  if (cfa <= registers.values[kRsp] || cfa > stack.high) return false;
  Registers caller = registers;
  for (uint32_t number = 0; number < kRegisters; ++number) {
    const CfiRule& rule = row.rules[number];
    uintptr_t at = cfa + static_cast<uintptr_t>(rule.offset);
    switch (rule.kind) {
      case CfiRule::kSame:
        break;
      case CfiRule::kAtCfa:
        if (!stack.holdsWord(at)) return false;
        caller.set(number, *reinterpret_cast<const uintptr_t*>(at));
        break;
      case CfiRule::kIsCfa:
        caller.set(number, at);
        break;
      case CfiRule::kUndefined:
      case CfiRule::kOther:
        caller.forget(number);
        break;
    }
  }
  if (return_column != kReturnAddress || !caller.has(kReturnAddress)) return false;
  if (row.rules[kRsp].kind == CfiRule::kSame) caller.set(kRsp, cfa);
  registers = caller;
  return true;
}

}  // namespace

bool initialiseCfiUnwinder() {
  find_object = reinterpret_cast<FindObject>(dlsym(RTLD_DEFAULT, "_dl_find_object"));
  return find_object != nullptr;
}

bool findModule(uintptr_t address, dl_find_object& module) {
  return find_object != nullptr && find_object(reinterpret_cast<void*>(address), &module) == 0;
}

Step unwindOne(Registers& registers, const StackBounds& stack, bool& is_call, dl_find_object& module,
               Trail* trail) {
  uintptr_t address = registers.pc() - (is_call ? 1 : 0);
  if (!holds(module, address) && !findModule(address, module)) return Step::kUnknown;
  uint64_t key = keyOf(address, module);
  PlainRow plain;
  if (known_rows.find(key, plain)) {
    if (plain.isOutermost()) return Step::kEnd;
    return step(plain, stack, registers, is_call, trail);
  }
  CfiEntry entry;
  CfiRow row;
  if (!findCfiEntry(static_cast<const uint8_t*>(module.dlfo_eh_frame), address, entry) ||
      !runCfi(entry, address, row)) {
    if (trail != nullptr) trail->complete = false;
    return Step::kUnknown;
  }
  if (row.rules[kReturnAddress].kind == CfiRule::kUndefined) {
    known_rows.keep(key, PlainRow::outermost());
    return Step::kEnd;
  }
  if (!entry.is_signal_frame && plain.read(row, entry.return_column)) {
    known_rows.keep(key, plain);
    return step(plain, stack, registers, is_call, trail);
  }
  if (trail != nullptr) trail->complete = false;
  if (!apply(row, entry.return_column, stack, registers)) return Step::kUnknown;
  is_call = !entry.is_signal_frame;
  return Step::kCaller;
}

}  // namespace slabscope::preload
