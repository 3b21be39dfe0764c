// SPDX-License-Identifier: Apache-2.0
// Names for the addresses in one executable or library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "debug_info.h"
#include "symbol_table.h"

struct Elf;

namespace slabscope::collector {

class FunctionIndex;

/// The file is mapped, not read: a node binary is over 100 MB. Symbols are put in order, and debugging
/// information is opened, only when an address asks for them; names stay where they are.
class ElfModule {
 public:
  enum class Symbols : uint8_t { kForLoader, kAll };

  /// nullptr when there is no ELF file with that inode.
  static std::unique_ptr<ElfModule> open(const std::string& path, uint64_t inode);
  ~ElfModule();
  ElfModule(const ElfModule&) = delete;
  ElfModule& operator=(const ElfModule&) = delete;

  /// The address that the linker gave to what lies at `offset` in the file; false when nothing of it is
  /// loaded.
  bool addressOfOffset(uint64_t offset, uint64_t* address) const;
  /// The other way round; none when the linker gave nobody that address.
  std::optional<uint64_t> offsetOfAddress(uint64_t address) const;
  /// The demangled name of the function that holds the address; empty when unknown.
  std::string functionAt(uint64_t address);
  /// The functions whose mangled names begin so, of those that the loader needs or of all.
  std::vector<NamedFunction> functionsNamed(std::string_view beginning, Symbols among) const;
  /// Whether there is a symbol table, not only the names that the loader needs.
  bool hasSymbolTable() const;
  /// nullptr when the module has none.
  DebugInfo* debugInfo();

 private:
  struct Segment {
    uint64_t offset;
    uint64_t size;
    uint64_t address;
  };

  ElfModule(int fd, Elf* elf);
  void loadSegments();
  const FunctionIndex* functions();

  int fd_;
  Elf* elf_;
  std::unique_ptr<DebugInfo> debug_info_;
  bool debug_info_tried_ = false;
  std::unique_ptr<FunctionIndex> functions_;
  bool functions_tried_ = false;
  std::vector<Segment> segments_;
};

}  // namespace slabscope::collector
