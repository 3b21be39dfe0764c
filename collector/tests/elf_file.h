// SPDX-License-Identifier: Apache-2.0
// Writes ELF files that have nothing but symbol tables.
#pragma once

#include <elf.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slabscope::collector {

struct Elf64 {
  using Header = Elf64_Ehdr;
  using Section = Elf64_Shdr;
  using Symbol = Elf64_Sym;
  static constexpr unsigned char kClass = ELFCLASS64;
};

struct Elf32 {
  using Header = Elf32_Ehdr;
  using Section = Elf32_Shdr;
  using Symbol = Elf32_Sym;
  static constexpr unsigned char kClass = ELFCLASS32;
};

template <class Kind>
typename Kind::Symbol symbolOf(uint32_t name, int type, uint64_t address, uint64_t size,
                               uint16_t section = 1) {
  typename Kind::Symbol symbol{};
  symbol.st_name = name;
  symbol.st_info = static_cast<unsigned char>(STB_GLOBAL << 4 | type);
  symbol.st_shndx = section;
  symbol.st_value = static_cast<decltype(symbol.st_value)>(address);
  symbol.st_size = static_cast<decltype(symbol.st_size)>(size);
  return symbol;
}

/// A section of symbols, and one of their names behind it.
template <class Kind>
struct SymbolSection {
  uint32_t type;
  std::vector<typename Kind::Symbol> symbols;
  std::string names;
  typename Kind::Section changes{};  ///< what is not 0 in it is written in place of what is right
};

/// The file's bytes. Sections begin at odd places if `is_odd`.
template <class Kind>
std::string elfFile(const std::vector<SymbolSection<Kind>>& tables, bool is_odd = false) {
  std::string bytes(sizeof(typename Kind::Header), '\0');
  std::vector<typename Kind::Section> sections(1);
  const auto add = [&](uint32_t type, std::string_view content) {
    typename Kind::Section section{};
    section.sh_type = type;
    bytes.resize(bytes.size() + 8 - bytes.size() % 8 + (is_odd ? 1 : 0));
    section.sh_offset = static_cast<decltype(section.sh_offset)>(bytes.size());
    section.sh_size = static_cast<decltype(section.sh_size)>(content.size());
    bytes += content;
    sections.push_back(section);
  };
  for (const SymbolSection<Kind>& table : tables) {
    using Symbol = typename Kind::Symbol;
    add(table.type,
        {reinterpret_cast<const char*>(table.symbols.data()), table.symbols.size() * sizeof(Symbol)});
    typename Kind::Section& section = sections.back();
    const auto set = [](auto& field, auto change, auto right) {
      field = change != 0 ? change : static_cast<decltype(change)>(right);
    };
    set(section.sh_entsize, table.changes.sh_entsize, sizeof(Symbol));
    set(section.sh_link, table.changes.sh_link, sections.size());
    set(section.sh_size, table.changes.sh_size, section.sh_size);
    set(section.sh_offset, table.changes.sh_offset, section.sh_offset);
    add(SHT_STRTAB, table.names);
  }
  bytes.resize(bytes.size() + 8 - bytes.size() % 8);
  typename Kind::Header header{};
  std::string_view(ELFMAG).copy(reinterpret_cast<char*>(header.e_ident), SELFMAG);
  header.e_ident[EI_CLASS] = Kind::kClass;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_DYN;
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof header;
  header.e_shentsize = sizeof(typename Kind::Section);
  header.e_shoff = static_cast<decltype(header.e_shoff)>(bytes.size());
  header.e_shnum = static_cast<uint16_t>(sections.size());
  std::string_view(reinterpret_cast<const char*>(&header), sizeof header).copy(bytes.data(), sizeof header);
  bytes.append(reinterpret_cast<const char*>(sections.data()), sections.size() * sizeof sections.front());
  return bytes;
}

}  // namespace slabscope::collector
