// SPDX-License-Identifier: Apache-2.0
#include "native_symbols.h"

#include <cinttypes>
#include <cstdio>

#include "shim_location.h"

namespace slabscope::collector {

namespace {

// A process that generates code without end must not fill our memory: the cache starts anew.
constexpr size_t kMaxKnown = 1 << 16;

std::string baseName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string offsetIn(const std::string& module, uint64_t offset) {
  char text[32];
  std::snprintf(text, sizeof text, "+0x%" PRIx64, offset);
  return module + text;
}

}  // namespace

std::span<const NativeFrame> NativeSymbols::resolve(uint64_t return_address) {
  auto known = known_.find(return_address);
  if (known == known_.end()) {
    if (known_.size() >= kMaxKnown) known_.clear();
    known = known_.emplace(return_address, lookUp(return_address)).first;
  }
  return known->second;
}

ElfModule* NativeSymbols::moduleOf(const MemoryRange& range) {
  auto [module, is_new] = modules_.try_emplace(range.path);
  if (is_new) {
    // The process may have another root than we; the path alone could name another file here.
    module->second = ElfModule::open("/proc/" + std::to_string(pid_) + "/root" + range.path, range.inode);
    if (module->second == nullptr) module->second = ElfModule::open(range.path, range.inode);
  }
  return module->second.get();
}

NativeSymbols::Frames NativeSymbols::lookUp(uint64_t return_address) {
  // The call is the instruction before: of a call that never returns, the return address is already in the
  // next function.
  uint64_t address = return_address - 1;
  const MemoryRange* range = maps_.find(address);
  // Generated code, or of a library that is gone: one name for all, where each address its own would tell no
  // more.
  if (range == nullptr || range->path.empty()) return {{"(no symbol)", "", 0, 0}};
  if (baseName(range->path) == kShimName) return {};
  return describe(*range, address - range->begin + range->file_offset);
}

NativeSymbols::Frames NativeSymbols::describe(const MemoryRange& range, uint64_t file_offset) {
  Frames frames;
  NativeFrame holder{"", range.path, 0, 0};
  ElfModule* module = moduleOf(range);
  uint64_t linked = 0;
  if (module != nullptr && module->addressOfOffset(file_offset, &linked)) {
    holder.function = module->functionAt(linked);
    if (holder.function.empty() && !module->hasSymbolTable()) nameless_.insert(range.path);
    if (const DebugInfo* debug_info = module->debugInfo()) {
      SourceLine at = debug_info->sourceAt(linked);
      for (InlinedCall& call : debug_info->inlinedAt(linked)) {
        frames.push_back({std::move(call.function), std::move(at.file), at.line, at.column});
        at = std::move(call.called_from);
      }
      if (!at.file.empty()) holder = {std::move(holder.function), std::move(at.file), at.line, at.column};
    }
  }
  if (holder.function.empty()) holder.function = offsetIn(baseName(range.path), file_offset);
  frames.push_back(std::move(holder));
  return frames;
}

}  // namespace slabscope::collector
