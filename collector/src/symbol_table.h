// SPDX-License-Identifier: Apache-2.0
// A symbol table as it lies in a mapped ELF file. A node binary has 200,000 symbols with 20 MB of names, and
// nobody vouches for the file: a process may name any as a module of its own.
#pragma once

#include <gelf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

namespace slabscope::collector {

/// Addresses that the linker gave.
struct AddressRange {
  uint64_t begin = 0;
  uint64_t end = 0;
};

struct NamedFunction {
  std::string_view name;  ///< mangled, or the first 4,096 bytes of it; valid as long as the file is open
  AddressRange code;
};

class SymbolTable {
 public:
  /// The file's first section of that type (SHT_SYMTAB, SHT_DYNSYM); none when it has none that can be read.
  /// `elf` must outlive the result.
  static std::optional<SymbolTable> find(Elf* elf, uint32_t section_type);

  /// Whether it is one that the module itself has.
  static bool isFunction(const GElf_Sym& symbol) {
    const int type = GELF_ST_TYPE(symbol.st_info);
    return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol.st_shndx != SHN_UNDEF;
  }
  /// Symbols that can be read; the numbers of all are less.
  uint32_t count() const { return count_; }
  GElf_Sym at(uint32_t number) const;
  /// nullptr when the file has no such name. Valid as long as the file is open.
  const char* nameOf(const GElf_Sym& symbol) const;

  /// Calls visit(number, symbol) for every function, in the order of the table.
  template <class Visit>
  void forEachFunction(Visit visit) const {
    for (uint32_t number = 0; number < count_; ++number) {
      const GElf_Sym symbol = at(number);
      if (isFunction(symbol)) visit(number, symbol);
    }
  }

  /// The functions with a size whose mangled names begin so, in the order of the table. Looks through the
  /// names as they lie in the file: one by one, symbol by symbol, takes longer.
  std::vector<NamedFunction> functionsNamed(std::string_view beginning) const;

 private:
  SymbolTable(Elf* elf, const GElf_Shdr& header, Elf_Data* data);

  Elf* elf_;
  Elf_Data* data_;
  uint32_t names_;  ///< their section
  uint32_t count_;
  bool is_64_bit_;
};

inline GElf_Sym SymbolTable::at(uint32_t number) const {
  GElf_Sym symbol{};
  if (is_64_bit_) {
    // The file may have put it at any address.
    std::memcpy(&symbol, static_cast<const char*>(data_->d_buf) + size_t{number} * sizeof symbol,
                sizeof symbol);
  } else {
    gelf_getsym(data_, static_cast<int>(number), &symbol);
  }
  return symbol;
}

}  // namespace slabscope::collector
