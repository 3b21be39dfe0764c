// SPDX-License-Identifier: Apache-2.0
#include "reserving_code.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "elf_module.h"
#include "proc_files.h"

namespace slabscope::collector {

namespace {

// v8::internal::BackingStore::TryAllocateAndPartiallyCommitMemory and ::AllocateWasmMemory, whose parameters
// have changed between versions.
constexpr std::string_view kBackingStore = "_ZN2v88internal12BackingStore";
constexpr std::string_view kReserve = "35TryAllocateAndPartiallyCommitMemory";
constexpr std::string_view kReserveForWasm = "18AllocateWasmMemory";

using FileKey = std::pair<std::string, uint64_t>;  // path and inode

/// In the addresses that the linker gave; nullopt when the file has no such symbol.
std::optional<ReservingCode> searchFile(const ElfModule& module) {
  std::optional<AddressRange> any;
  std::optional<AddressRange> wasm;
  // Where the loader knows them, which has fewer symbols, the rest is not looked at.
  for (const ElfModule::Symbols among : {ElfModule::Symbols::kForLoader, ElfModule::Symbols::kAll}) {
    if (any && wasm) break;
    for (const NamedFunction& function : module.functionsNamed(kBackingStore, among)) {
      const std::string_view name = function.name.substr(kBackingStore.size());
      if (!any && name.starts_with(kReserve)) any = function.code;
      if (!wasm && name.starts_with(kReserveForWasm)) wasm = function.code;
    }
  }
  if (!any) return std::nullopt;
  const AddressRange of_wasm = wasm.value_or(AddressRange{});
  return ReservingCode{{any->begin, any->end}, {of_wasm.begin, of_wasm.end}};
}

bool mayBeNode(const MemoryRange& range, const std::string& executable) {
  std::string_view path = range.path;
  return path == executable || path.substr(path.rfind('/') + 1).starts_with("libnode.");
}

std::optional<ReservingCode> searchRange(pid_t pid, const MemoryRange& range) {
  static std::map<FileKey, std::optional<ReservingCode>> searched;
  std::unique_ptr<ElfModule> module =
      ElfModule::open("/proc/" + std::to_string(pid) + "/root" + range.path, range.inode);
  if (module == nullptr) module = ElfModule::open(range.path, range.inode);
  if (module == nullptr) return std::nullopt;
  auto [known, is_new] = searched.try_emplace(FileKey{range.path, range.inode});
  if (is_new) known->second = searchFile(*module);
  std::optional<ReservingCode> code = known->second;
  uint64_t linked = 0;
  if (!code || !module->addressOfOffset(range.file_offset, &linked)) return std::nullopt;
  uint64_t moved = range.begin - linked;
  for (wire::CodeRange* each : {&code->any, &code->wasm}) {
    if (each->begin == each->end) continue;
    each->begin += moved;
    each->end += moved;
  }
  return code;
}

}  // namespace

std::optional<ReservingCode> findReservingCode(pid_t pid, std::span<const MemoryRange> maps) {
  std::string executable = executableOf(pid);
  std::vector<std::string> tried;
  for (const MemoryRange& range : maps) {
    if (range.inode == 0 || !mayBeNode(range, executable)) continue;
    // The first range of a file tells as much as any other.
    if (std::find(tried.begin(), tried.end(), range.path) != tried.end()) continue;
    tried.push_back(range.path);
    if (std::optional<ReservingCode> code = searchRange(pid, range)) return code;
  }
  return std::nullopt;
}

}  // namespace slabscope::collector
