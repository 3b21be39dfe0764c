// SPDX-License-Identifier: Apache-2.0
// Names for the addresses in one executable or library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "debug_info.h"

struct Elf;

namespace slabscope::collector {

/// Addresses that the linker gave.
struct AddressRange {
  uint64_t begin = 0;
  uint64_t end = 0;
};

/// The file is mapped, not read: a node binary is over 100 MB. Symbols are a sorted array of where each
/// begins and where its name is; names are looked at, and debugging information is opened, only when an
/// address asks for them.
class ElfModule {
 public:
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
  /// The first function whose mangled name begins so. Looks at each name of the symbol table, and keeps none.
  std::optional<AddressRange> functionNamed(const char* beginning) const;
  /// Whether there is a symbol table, not only the names that the loader needs.
  bool hasSymbolTable();
  /// nullptr when the module has none.
  const DebugInfo* debugInfo();

 private:
  struct Symbol {
    uint64_t address;
    uint32_t size;
    uint32_t name;  ///< offset in the string table
  };
  struct Segment {
    uint64_t offset;
    uint64_t size;
    uint64_t address;
  };

  ElfModule(int fd, Elf* elf);
  void loadSegments();
  void loadSymbols();
  bool loadTable(uint32_t section_type);

  int fd_;
  Elf* elf_;
  std::unique_ptr<DebugInfo> debug_info_;
  bool debug_info_tried_ = false;
  bool symbols_loaded_ = false;
  bool has_symbol_table_ = false;
  size_t name_section_ = 0;
  std::vector<Segment> segments_;
  std::vector<Symbol> symbols_;
};

}  // namespace slabscope::collector
