// SPDX-License-Identifier: Apache-2.0
// What DWARF says about addresses in one module.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct Dwarf;
struct Elf;

namespace slabscope::collector {

struct SourceLine {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
};

/// A function that the compiler put in place of a call to it.
struct InlinedCall {
  std::string function;
  SourceLine called_from;
};

/// The readable form of a linker's symbol name.
std::string demangled(const char* name);

class DebugUnits;

class DebugInfo {
 public:
  /// nullptr when the module has none. `elf` must outlive the result.
  static std::unique_ptr<DebugInfo> open(Elf* elf);
  ~DebugInfo();
  DebugInfo(const DebugInfo&) = delete;
  DebugInfo& operator=(const DebugInfo&) = delete;

  /// Empty file when there is nothing about the address.
  SourceLine sourceAt(uint64_t address);
  /// The inlined functions that the address lies in, innermost first.
  std::vector<InlinedCall> inlinedAt(uint64_t address);

 private:
  explicit DebugInfo(Dwarf* dwarf);

  Dwarf* dwarf_;
  std::unique_ptr<DebugUnits> units_;
};

}  // namespace slabscope::collector
