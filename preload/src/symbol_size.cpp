// SPDX-License-Identifier: Apache-2.0
#include "symbol_size.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <cstdint>
#include <cstring>

#include "loaded_module.h"

namespace slabscope::preload {

namespace {

/// What the loader looks names up in (DT_GNU_HASH) begins so. The words of a filter follow, for each bucket
/// the first of its symbols, and the symbols' hashes.
struct HashTable {
  uint32_t buckets;
  uint32_t first_symbol;  ///< of those that have a hash
  uint32_t filter_words;
  uint32_t filter_shift;
};

struct Tables {
  const HashTable* hash;
  const ElfW(Sym) * symbols;
  const char* strings;
};

struct Search {
  const char* name;
  const void* address;
  bool is_over;  ///< the module was found, and has such a table
  size_t size;
};

Tables tablesOf(const dl_phdr_info& module) {
  Tables tables{};
  const ElfW(Dyn)* entry = dynamicOf(module);
  for (; entry != nullptr && entry->d_tag != DT_NULL; ++entry) {
    switch (entry->d_tag) {
      case DT_GNU_HASH:
        tables.hash = placeOf<HashTable>(module, *entry);
        break;
      case DT_SYMTAB:
        tables.symbols = placeOf<ElfW(Sym)>(module, *entry);
        break;
      case DT_STRTAB:
        tables.strings = placeOf<char>(module, *entry);
        break;
      default:
        break;
    }
  }
  return tables;
}

uint32_t hashOf(const char* name) {
  uint32_t hash = 5381;
  for (; *name != '\0'; ++name) hash = hash * 33 + static_cast<uint8_t>(*name);
  return hash;
}

/// The symbol of that name, in whichever version, that the linker gave this address; nullptr when there is
/// none.
const ElfW(Sym) * findSymbol(const Tables& tables, const char* name, ElfW(Addr) linked) {
  const HashTable& table = *tables.hash;
  if (table.buckets == 0) return nullptr;
  const auto* filter = reinterpret_cast<const ElfW(Addr)*>(&table + 1);
  const auto* buckets = reinterpret_cast<const uint32_t*>(filter + table.filter_words);
  const uint32_t* hashes = buckets + table.buckets;
  const uint32_t wanted = hashOf(name);
  uint32_t index = buckets[wanted % table.buckets];
  if (index < table.first_symbol) return nullptr;
  // The lowest bit of a hash says that it is the bucket's last.
  for (bool is_last = false; !is_last; ++index) {
    const uint32_t hash = hashes[index - table.first_symbol];
    is_last = (hash & 1) != 0;
    if ((hash | 1) != (wanted | 1)) continue;
    const ElfW(Sym)& symbol = tables.symbols[index];
    if (symbol.st_value == linked && symbol.st_shndx != SHN_UNDEF &&
        std::strcmp(tables.strings + symbol.st_name, name) == 0)
      return &symbol;
  }
  return nullptr;
}

int searchModule(dl_phdr_info* module, size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  if (!contains(*module, search.address)) return 0;
  const Tables tables = tablesOf(*module);
  if (tables.hash == nullptr || tables.symbols == nullptr || tables.strings == nullptr) return 1;
  search.is_over = true;
  const ElfW(Sym)* symbol =
      findSymbol(tables, search.name, reinterpret_cast<ElfW(Addr)>(search.address) - module->dlpi_addr);
  if (symbol != nullptr) search.size = symbol->st_size;
  return 1;
}

/// Goes through all of a module's symbols.
size_t sizeByAddress(const void* address) {
  Dl_info info;
  const ElfW(Sym)* entry = nullptr;
  if (dladdr1(address, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&entry)), RTLD_DL_SYMENT) ==
          0 ||
      entry == nullptr || info.dli_saddr != address)
    return 0;
  return entry->st_size;
}

}  // namespace

size_t sizeOfSymbol(const char* name, const void* address) {
  Search search{name, address, false, 0};
  dl_iterate_phdr(searchModule, &search);
  return search.is_over ? search.size : sizeByAddress(address);
}

}  // namespace slabscope::preload
