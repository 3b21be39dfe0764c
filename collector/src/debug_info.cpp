// SPDX-License-Identifier: Apache-2.0
#include "debug_info.h"

#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdw.h>

#include <algorithm>
#include <cstdlib>

#include "debug_units.h"

namespace slabscope::collector {

namespace {

struct Free {
  void operator()(void* memory) const {
    std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc): libdw and libstdc++ allocate so
  }
};

uint32_t numberIn(Dwarf_Die* die, unsigned int name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr(die, name, &attribute) == nullptr || dwarf_formudata(&attribute, &value) != 0) return 0;
  return static_cast<uint32_t>(value);
}

std::string nameOf(Dwarf_Die* die) {
  Dwarf_Attribute attribute;
  if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) != nullptr) {
    if (const char* mangled = dwarf_formstring(&attribute)) return demangled(mangled);
  }
  const char* name = dwarf_diename(die);
  return name != nullptr ? name : "";
}

SourceLine callerOf(Dwarf_Die* unit, Dwarf_Die* inlined) {
  Dwarf_Files* files = nullptr;
  size_t count = 0;
  const uint32_t file = numberIn(inlined, DW_AT_call_file);
  if (dwarf_getsrcfiles(unit, &files, &count) != 0 || file >= count) return {};
  const char* path = dwarf_filesrc(files, file, nullptr, nullptr);
  if (path == nullptr) return {};
  return {path, numberIn(inlined, DW_AT_call_line), numberIn(inlined, DW_AT_call_column)};
}

}  // namespace

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, Free> readable(abi::__cxa_demangle(name, nullptr, nullptr, &status));
  return readable != nullptr ? readable.get() : name;
}

std::unique_ptr<DebugInfo> DebugInfo::open(Elf* elf) {
  Dwarf* dwarf = dwarf_begin_elf(elf, DWARF_C_READ, nullptr);
  return dwarf != nullptr ? std::unique_ptr<DebugInfo>(new DebugInfo(dwarf)) : nullptr;
}

DebugInfo::DebugInfo(Dwarf* dwarf) : dwarf_(dwarf), units_(std::make_unique<DebugUnits>(dwarf)) {}

DebugInfo::~DebugInfo() {
  dwarf_end(dwarf_);
}

SourceLine DebugInfo::sourceAt(uint64_t address) {
  Dwarf_Die unit;
  if (!units_->find(address, unit)) return {};
  Dwarf_Line* line = dwarf_getsrc_die(&unit, address);
  const char* file = line != nullptr ? dwarf_linesrc(line, nullptr, nullptr) : nullptr;
  if (file == nullptr) return {};
  int number = 0;
  int column = 0;
  dwarf_lineno(line, &number);
  dwarf_linecol(line, &column);
  return {file, static_cast<uint32_t>(std::max(number, 0)), static_cast<uint32_t>(std::max(column, 0))};
}

std::vector<InlinedCall> DebugInfo::inlinedAt(uint64_t address) {
  Dwarf_Die unit;
  if (!units_->find(address, unit)) return {};
  Dwarf_Die* scopes = nullptr;
  int count = dwarf_getscopes(&unit, address, &scopes);
  std::unique_ptr<Dwarf_Die, Free> guard(scopes);
  if (count <= 0) return {};
  // Beyond an inlined function these scopes go on where it was defined; where it was put is asked of the
  // innermost.
  Dwarf_Die innermost = scopes[0];
  scopes = nullptr;
  count = dwarf_getscopes_die(&innermost, &scopes);
  guard.reset(scopes);
  std::vector<InlinedCall> calls;
  for (int index = 0; index < count; ++index) {
    Dwarf_Die* scope = &scopes[index];
    if (dwarf_tag(scope) == DW_TAG_subprogram) break;
    if (dwarf_tag(scope) == DW_TAG_inlined_subroutine)
      calls.push_back({nameOf(scope), callerOf(&unit, scope)});
  }
  return calls;
}

}  // namespace slabscope::collector
