// SPDX-License-Identifier: Apache-2.0
#include "cfi_program.h"

namespace slabscope::preload {

namespace {

// DW_CFA_…
enum Instruction : uint8_t {
  kAdvance = 0x40,  // with 6 bits of operand, as the next two
  kOffset = 0x80,
  kRestore = 0xc0,
  kNop = 0x00,
  kSetLocation = 0x01,
  kAdvance1 = 0x02,
  kAdvance2 = 0x03,
  kAdvance4 = 0x04,
  kOffsetExtended = 0x05,
  kRestoreExtended = 0x06,
  kUndefined = 0x07,
  kSameValue = 0x08,
  kRegister = 0x09,
  kRememberState = 0x0a,
  kRestoreState = 0x0b,
  kDefCfa = 0x0c,
  kDefCfaRegister = 0x0d,
  kDefCfaOffset = 0x0e,
  kDefCfaExpression = 0x0f,
  kExpression = 0x10,
  kOffsetExtendedSigned = 0x11,
  kDefCfaSigned = 0x12,
  kDefCfaOffsetSigned = 0x13,
  kValueOffset = 0x14,
  kValueOffsetSigned = 0x15,
  kValueExpression = 0x16,
  kGnuArgumentsSize = 0x2e,
};

class Machine {
 public:
  Machine(const CfiEntry& entry, uintptr_t address, CfiRow& row)
      : entry_(entry), address_(address), row_(row) {}

  bool run() {
    row_ = {};
    row_.cfa_register = kRegisters;
    if (!execute(entry_.common)) return false;
    initial_ = row_;
    return execute(entry_.instructions);
  }

 private:
  static constexpr uint32_t kDepth = 8;

  bool execute(CfiReader reader) {
    uintptr_t location = entry_.begin;
    while (!reader.atEnd() && location <= address_) {
      auto byte = static_cast<uint8_t>(reader.fixed(1));
      uint8_t operand = byte & 0x3f;
      switch (byte & 0xc0) {
        case kAdvance:
          location += operand * entry_.code_alignment;
          break;
        case kOffset:
          rule(operand, CfiRule::kAtCfa, factored(reader.uleb()));
          break;
        case kRestore:
          restore(operand);
          break;
        default:
          if (!executeExtended(byte, reader, location)) return false;
          break;
      }
    }
    return reader.ok();
  }

  bool executeExtended(uint8_t instruction, CfiReader& reader, uintptr_t& location) {
    switch (instruction) {
      case kNop:
        return true;
      case kSetLocation:
        location = reader.pointer(entry_.pointer_encoding);
        return true;
      case kAdvance1:
        location += reader.fixed(1) * entry_.code_alignment;
        return true;
      case kAdvance2:
        location += reader.fixed(2) * entry_.code_alignment;
        return true;
      case kAdvance4:
        location += reader.fixed(4) * entry_.code_alignment;
        return true;
      case kRememberState:
        if (depth_ == kDepth) return false;
        remembered_[depth_++] = row_;
        return true;
      case kRestoreState:
        if (depth_ == 0) return false;
        row_ = remembered_[--depth_];
        return true;
      case kGnuArgumentsSize:
        reader.uleb();
        return true;
      default:
        return defineFrame(instruction, reader) || defineRegister(instruction, reader);
    }
  }

  bool defineFrame(uint8_t instruction, CfiReader& reader) {
    switch (instruction) {
      case kDefCfa:
        row_.cfa_register = number(reader);
        row_.cfa_offset = static_cast<int64_t>(reader.uleb());
        return true;
      case kDefCfaSigned:
        row_.cfa_register = number(reader);
        row_.cfa_offset = reader.sleb() * entry_.data_alignment;
        return true;
      case kDefCfaRegister:
        row_.cfa_register = number(reader);
        return true;
      case kDefCfaOffset:
        row_.cfa_offset = static_cast<int64_t>(reader.uleb());
        return true;
      case kDefCfaOffsetSigned:
        row_.cfa_offset = reader.sleb() * entry_.data_alignment;
        return true;
      case kDefCfaExpression:
        reader.skip(reader.uleb());
        row_.cfa_register = kRegisters;
        return true;
      default:
        return false;
    }
  }

  bool defineRegister(uint8_t instruction, CfiReader& reader) {
    uint32_t which = number(reader);
    switch (instruction) {
      case kOffsetExtended:
        rule(which, CfiRule::kAtCfa, factored(reader.uleb()));
        return true;
      case kOffsetExtendedSigned:
        rule(which, CfiRule::kAtCfa, reader.sleb() * entry_.data_alignment);
        return true;
      case kValueOffset:
        rule(which, CfiRule::kIsCfa, factored(reader.uleb()));
        return true;
      case kValueOffsetSigned:
        rule(which, CfiRule::kIsCfa, reader.sleb() * entry_.data_alignment);
        return true;
      case kRestoreExtended:
        restore(which);
        return true;
      case kUndefined:
        rule(which, CfiRule::kUndefined, 0);
        return true;
      case kSameValue:
        rule(which, CfiRule::kSame, 0);
        return true;
      case kRegister:
        reader.uleb();
        rule(which, CfiRule::kOther, 0);
        return true;
      case kExpression:
      case kValueExpression:
        reader.skip(reader.uleb());
        rule(which, CfiRule::kOther, 0);
        return true;
      default:
        return false;
    }
  }

  int64_t factored(uint64_t value) const { return static_cast<int64_t>(value) * entry_.data_alignment; }

  static uint32_t number(CfiReader& reader) {
    uint64_t value = reader.uleb();
    return value < kRegisters ? static_cast<uint32_t>(value) : kRegisters;
  }

  // Vector registers have rules too; nothing is unwound by them.
  void rule(uint32_t which, CfiRule::Kind kind, int64_t offset) {
    if (which < kRegisters) row_.rules[which] = {offset, kind};
  }

  void restore(uint32_t which) {
    if (which < kRegisters) row_.rules[which] = initial_.rules[which];
  }

  const CfiEntry& entry_;
  uintptr_t address_;
  CfiRow& row_;
  CfiRow initial_;
  CfiRow remembered_[kDepth];
  uint32_t depth_ = 0;
};

}  // namespace

bool runCfi(const CfiEntry& entry, uintptr_t address, CfiRow& row) {
  return Machine(entry, address, row).run();
}

}  // namespace slabscope::preload
