// SPDX-License-Identifier: Apache-2.0
#include "elf_module.h"

#include <fcntl.h>
#include <gelf.h>
#include <sys/stat.h>
#include <unistd.h>

#include "function_index.h"
#include "symbol_table.h"

namespace slabscope::collector {

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

/// Those that the loader needs are fewer: they do only where there are no others.
const FunctionIndex* ElfModule::functions() {
  if (functions_tried_) return functions_.get();
  functions_tried_ = true;
  for (const uint32_t section_type : {uint32_t{SHT_SYMTAB}, uint32_t{SHT_DYNSYM}}) {
    const std::optional<SymbolTable> table = SymbolTable::find(elf_, section_type);
    if (table) functions_ = std::make_unique<FunctionIndex>(*table);
    if (functions_ != nullptr && !functions_->empty()) break;
  }
  return functions_.get();
}

std::string ElfModule::functionAt(uint64_t address) {
  const FunctionIndex* functions = this->functions();
  const std::optional<GElf_Sym> symbol = functions != nullptr ? functions->lastBefore(address) : std::nullopt;
  if (!symbol) return {};
  // Hand-written assembly has symbols without a size: they reach up to the next one.
  if (symbol->st_size != 0 && address - symbol->st_value >= symbol->st_size) return {};
  const char* name = functions->table().nameOf(*symbol);
  return name != nullptr ? demangled(name) : std::string();
}

std::vector<NamedFunction> ElfModule::functionsNamed(std::string_view beginning, Symbols among) const {
  const std::optional<SymbolTable> table =
      SymbolTable::find(elf_, among == Symbols::kAll ? SHT_SYMTAB : SHT_DYNSYM);
  return table ? table->functionsNamed(beginning) : std::vector<NamedFunction>();
}

bool ElfModule::hasSymbolTable() const {
  return SymbolTable::find(elf_, SHT_SYMTAB).has_value();
}

DebugInfo* ElfModule::debugInfo() {
  if (!debug_info_tried_) debug_info_ = DebugInfo::open(elf_);
  debug_info_tried_ = true;
  return debug_info_.get();
}

}  // namespace slabscope::collector
