// SPDX-License-Identifier: Apache-2.0
#include "elf_module.h"

#include <fcntl.h>
#include <gelf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace slabscope::collector {

namespace {

struct SymbolTable {
  GElf_Shdr header;
  Elf_Data* data;
};

std::optional<SymbolTable> tableOf(Elf* elf, uint32_t section_type) {
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    SymbolTable table;
    if (gelf_getshdr(section, &table.header) == nullptr || table.header.sh_type != section_type ||
        table.header.sh_entsize == 0)
      continue;
    table.data = elf_getdata(section, nullptr);
    if (table.data != nullptr) return table;
  }
  return std::nullopt;
}

/// The first of the functions that the module itself has for which `isWanted(symbol)` holds.
template <class Wanted>
std::optional<GElf_Sym> findFunction(const SymbolTable& table, Wanted&& isWanted) {
  const size_t count = table.data->d_size / table.header.sh_entsize;
  for (size_t index = 0; index < count && index < std::numeric_limits<int>::max(); ++index) {
    GElf_Sym symbol;
    if (gelf_getsym(table.data, static_cast<int>(index), &symbol) == nullptr) break;
    int type = GELF_ST_TYPE(symbol.st_info);
    if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbol.st_shndx == SHN_UNDEF) continue;
    if (isWanted(symbol)) return symbol;
  }
  return std::nullopt;
}

}  // namespace

std::unique_ptr<ElfModule> ElfModule::open(const std::string& path, uint64_t inode) {
  elf_version(EV_CURRENT);
  // The process may name a pipe, whose opening would wait for ever, or a terminal.
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return nullptr;
  struct stat status {};
  Elf* elf = nullptr;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_ino == inode) {
    elf = elf_begin(fd, ELF_C_READ_MMAP, nullptr);
  }
  if (elf == nullptr || elf_kind(elf) != ELF_K_ELF) {
    elf_end(elf);
    close(fd);
    return nullptr;
  }
  return std::unique_ptr<ElfModule>(new ElfModule(fd, elf));
}

ElfModule::ElfModule(int fd, Elf* elf) : fd_(fd), elf_(elf) {
  loadSegments();
}

ElfModule::~ElfModule() {
  debug_info_.reset();
  elf_end(elf_);
  close(fd_);
}

void ElfModule::loadSegments() {
  size_t count = 0;
  if (elf_getphdrnum(elf_, &count) != 0) return;
  for (size_t index = 0; index < count; ++index) {
    GElf_Phdr header;
    if (gelf_getphdr(elf_, static_cast<int>(index), &header) == nullptr || header.p_type != PT_LOAD) continue;
    segments_.push_back({header.p_offset, header.p_filesz, header.p_vaddr});
  }
}

bool ElfModule::addressOfOffset(uint64_t offset, uint64_t* address) const {
  for (const Segment& segment : segments_) {
    if (offset < segment.offset || offset - segment.offset >= segment.size) continue;
    *address = offset - segment.offset + segment.address;
    return true;
  }
  return false;
}

std::optional<uint64_t> ElfModule::offsetOfAddress(uint64_t address) const {
  for (const Segment& segment : segments_) {
    if (address >= segment.address && address - segment.address < segment.size)
      return address - segment.address + segment.offset;
  }
  return std::nullopt;
}

/// Whether there is such a table.
bool ElfModule::loadTable(uint32_t section_type) {
  const std::optional<SymbolTable> table = tableOf(elf_, section_type);
  if (!table) return false;
  name_section_ = table->header.sh_link;
  findFunction(*table, [&](const GElf_Sym& symbol) {
    auto size =
        static_cast<uint32_t>(std::min<uint64_t>(symbol.st_size, std::numeric_limits<uint32_t>::max()));
    symbols_.push_back({symbol.st_value, size, symbol.st_name});
    return false;
  });
  return true;
}

void ElfModule::loadSymbols() {
  symbols_loaded_ = true;
  has_symbol_table_ = loadTable(SHT_SYMTAB);
  if (symbols_.empty()) loadTable(SHT_DYNSYM);
  symbols_.shrink_to_fit();
  std::sort(symbols_.begin(), symbols_.end(), [](const Symbol& left, const Symbol& right) {
    return left.address != right.address ? left.address < right.address : left.size < right.size;
  });
}

std::string ElfModule::functionAt(uint64_t address) {
  if (!symbols_loaded_) loadSymbols();
  auto after =
      std::upper_bound(symbols_.begin(), symbols_.end(), address,
                       [](uint64_t wanted, const Symbol& symbol) { return wanted < symbol.address; });
  if (after == symbols_.begin()) return {};
  const Symbol& symbol = *std::prev(after);
  // Hand-written assembly has symbols without a size: they reach up to the next one.
  if (symbol.size != 0 && address - symbol.address >= symbol.size) return {};
  const char* name = elf_strptr(elf_, name_section_, symbol.name);
  return name != nullptr ? demangled(name) : std::string();
}

std::optional<AddressRange> ElfModule::functionNamed(const char* beginning) const {
  const size_t length = std::strlen(beginning);
  for (const uint32_t section_type : {uint32_t{SHT_DYNSYM}, uint32_t{SHT_SYMTAB}}) {
    const std::optional<SymbolTable> table = tableOf(elf_, section_type);
    if (!table) continue;
    const auto found = findFunction(*table, [&](const GElf_Sym& symbol) {
      if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_size == 0) return false;
      const char* name = elf_strptr(elf_, table->header.sh_link, symbol.st_name);
      return name != nullptr && std::strncmp(name, beginning, length) == 0;
    });
    if (found) return AddressRange{found->st_value, found->st_value + found->st_size};
  }
  return std::nullopt;
}

bool ElfModule::hasSymbolTable() {
  if (!symbols_loaded_) loadSymbols();
  return has_symbol_table_;
}

const DebugInfo* ElfModule::debugInfo() {
  if (!debug_info_tried_) debug_info_ = DebugInfo::open(elf_);
  debug_info_tried_ = true;
  return debug_info_.get();
}

}  // namespace slabscope::collector
