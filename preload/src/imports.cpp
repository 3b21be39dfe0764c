// SPDX-License-Identifier: Apache-2.0
#include "imports.h"

#include <elf.h>
#include <link.h>

#include <cstring>

#include "loaded_module.h"
#include "slot_patch.h"

namespace slabscope::preload {

namespace {

struct Table {
  const ElfW(Rela) * first;
  size_t count;
};

struct Tables {
  const ElfW(Sym) * symbols;
  const char* strings;
  Table plt;   ///< functions that are called
  Table data;  ///< functions whose address is taken, or that are called without a stub
};

Tables tablesOf(const dl_phdr_info& module) {
  Tables tables{};
  bool with_addends = true;
  const ElfW(Dyn)* entry = dynamicOf(module);
  for (; entry != nullptr && entry->d_tag != DT_NULL; ++entry) {
    switch (entry->d_tag) {
      case DT_SYMTAB:
        tables.symbols = placeOf<ElfW(Sym)>(module, *entry);
        break;
      case DT_STRTAB:
        tables.strings = placeOf<char>(module, *entry);
        break;
      case DT_JMPREL:
        tables.plt.first = placeOf<ElfW(Rela)>(module, *entry);
        break;
      case DT_PLTRELSZ:
        tables.plt.count = entry->d_un.d_val / sizeof(ElfW(Rela));
        break;
      case DT_PLTREL:
        with_addends = entry->d_un.d_val == DT_RELA;
        break;
      case DT_RELA:
        tables.data.first = placeOf<ElfW(Rela)>(module, *entry);
        break;
      case DT_RELASZ:
        tables.data.count = entry->d_un.d_val / sizeof(ElfW(Rela));
        break;
      default:
        break;
    }
  }
  if (tables.symbols == nullptr || tables.strings == nullptr || !with_addends) return {};
  if (tables.plt.first == nullptr) tables.plt.count = 0;
  if (tables.data.first == nullptr) tables.data.count = 0;
  return tables;
}

/// Calls visit(name, slot) for every function that the module imports, until it returns false.
template <class Visit>
void forEachImport(const dl_phdr_info& module, Visit visit) {
  Tables tables = tablesOf(module);
  const Table both[] = {tables.plt, tables.data};
  for (const Table& table : both) {
    for (size_t index = 0; index < table.count; ++index) {
      const ElfW(Rela)& relocation = table.first[index];
      auto type = ELF64_R_TYPE(relocation.r_info);
      if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT) continue;
      const ElfW(Sym)& symbol = tables.symbols[ELF64_R_SYM(relocation.r_info)];
      if (symbol.st_shndx != SHN_UNDEF) continue;
      if (!visit(tables.strings + symbol.st_name,
                 reinterpret_cast<void**>(module.dlpi_addr + relocation.r_offset)))
        return;
    }
  }
}

}  // namespace

void redirectImports(const dl_phdr_info& module, ImportList imports) {
  forEachImport(module, [&](const char* name, void** slot) {
    for (size_t index = 0; index < imports.count; ++index) {
      const Import& import = imports.list[index];
      if (import.hook == nullptr || *slot == import.hook || std::strcmp(name, import.name) != 0) continue;
      // Until its first call a function may be linked to a stub of the module's own.
      if (import.original != nullptr && *slot != import.original && !contains(module, *slot)) continue;
      void* before = nullptr;
      patchSlot(slot, import.hook, &before);
    }
    return true;
  });
}

void** slotOfImport(const dl_phdr_info& module, const char* name) {
  void** found = nullptr;
  forEachImport(module, [&](const char* imported, void** slot) {
    if (std::strcmp(imported, name) == 0) found = slot;
    return found == nullptr;
  });
  return found;
}

bool hasSearchPath(const dl_phdr_info& module) {
  const ElfW(Dyn)* entry = dynamicOf(module);
  for (; entry != nullptr && entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_RPATH || entry->d_tag == DT_RUNPATH) return true;
  }
  return false;
}

}  // namespace slabscope::preload
