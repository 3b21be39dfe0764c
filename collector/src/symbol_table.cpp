// SPDX-License-Identifier: Apache-2.0
#include "symbol_table.h"

#include <algorithm>
#include <bitset>
#include <limits>

namespace slabscope::collector {

namespace {

// Many symbols may share one name that takes all of a file.
constexpr size_t kMaxName = 4096;

/// Where in a string table names begin so, or go on so: linkers let a name be the end of another.
std::vector<uint32_t> placesOf(std::string_view beginning, const Elf_Data& strings) {
  std::vector<uint32_t> places;
  const auto* begin = static_cast<const char*>(strings.d_buf);
  if (begin == nullptr) return places;
  const char* end = begin + std::min<size_t>(strings.d_size, std::numeric_limits<uint32_t>::max());
  for (const char* from = begin;; ++from) {
    from = static_cast<const char*>(
        memmem(from, static_cast<size_t>(end - from), beginning.data(), beginning.size()));
    if (from == nullptr) break;
    places.push_back(static_cast<uint32_t>(from - begin));
  }
  return places;
}

}  // namespace

std::optional<SymbolTable> SymbolTable::find(Elf* elf, uint32_t section_type) {
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != section_type || header.sh_entsize == 0)
      continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    if (data != nullptr) return SymbolTable(elf, header, data);
  }
  return std::nullopt;
}

SymbolTable::SymbolTable(Elf* elf, const GElf_Shdr& header, Elf_Data* data)
    : elf_(elf), data_(data), names_(header.sh_link), is_64_bit_(gelf_getclass(elf) == ELFCLASS64) {
  const size_t bytes = data->d_buf != nullptr ? data->d_size : 0;
  const size_t entry = is_64_bit_ ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
  count_ = static_cast<uint32_t>(
      std::min<size_t>({bytes / header.sh_entsize, bytes / entry, std::numeric_limits<int>::max()}));
}

const char* SymbolTable::nameOf(const GElf_Sym& symbol) const {
  return elf_strptr(elf_, names_, symbol.st_name);
}

std::vector<NamedFunction> SymbolTable::functionsNamed(std::string_view beginning) const {
  std::vector<NamedFunction> functions;
  const Elf_Data* strings = elf_getdata(elf_getscn(elf_, names_), nullptr);
  if (strings == nullptr) return functions;
  const std::vector<uint32_t> places = placesOf(beginning, *strings);
  if (places.empty()) return functions;
  // Nearly no symbol passes it, so that the processor guesses right about all the others.
  std::bitset<size_t{1} << 14> sieve;
  for (const uint32_t place : places) sieve.set(place % sieve.size());
  for (uint32_t number = 0; number < count_; ++number) {
    const GElf_Sym symbol = at(number);
    if (!sieve[symbol.st_name % sieve.size()] ||
        !std::binary_search(places.begin(), places.end(), symbol.st_name))
      continue;
    if (!isFunction(symbol) || GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_size == 0) continue;
    if (const char* name = nameOf(symbol))
      functions.push_back(
          {{name, strnlen(name, kMaxName)}, {symbol.st_value, symbol.st_value + symbol.st_size}});
  }
  return functions;
}

}  // namespace slabscope::collector
