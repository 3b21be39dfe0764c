// SPDX-License-Identifier: Apache-2.0
#include "native_symbols.h"

#include <cinttypes>
#include <cstdio>
#include <iterator>
#include <utility>

#include "shim_location.h"

namespace slabscope::collector {

namespace {

// A process that generates code without end must not fill our memory: the cache starts anew.
constexpr size_t kMaxKnown = 1 << 16;
// Each is a descriptor of ours.
constexpr size_t kMaxFiles = 512;

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

void NativeSymbols::learn(const ModuleText& module) {
  const wire::Module& record = module.record;
  Module told{record.end, record.bias, {std::string(module.path), record.inode}};
  // The loader's path may lead through links; one file is to have one name.
  if (const MemoryRange* range = maps_.find(record.begin); range != nullptr && range->inode == record.inode)
    told.file.path = range->path;
  auto known = modules_.find(record.begin);
  if (known != modules_.end() && known->second.end == told.end && known->second.file == told.file) return;
  // What lay there before has been unloaded, and what its addresses meant is void.
  auto first = modules_.upper_bound(record.begin);
  if (first != modules_.begin() && std::prev(first)->second.end > record.begin) --first;
  modules_.erase(first, modules_.lower_bound(record.end));
  modules_.emplace(record.begin, std::move(told));
  known_.clear();
}

ElfModule* NativeSymbols::open(const File& file) {
  if (files_.size() >= kMaxFiles && !files_.contains(file)) return nullptr;
  auto [module, is_new] = files_.try_emplace(file);
  if (is_new) {
    // The process may have another root than we; the path alone could name another file here.
    module->second = ElfModule::open("/proc/" + std::to_string(pid_) + "/root" + file.path, file.inode);
    if (module->second == nullptr) module->second = ElfModule::open(file.path, file.inode);
  }
  return module->second.get();
}

NativeSymbols::Frames NativeSymbols::lookUp(uint64_t return_address) {
  // The call is the instruction before: of a call that never returns, the return address is already in the
  // next function.
  uint64_t address = return_address - 1;
  auto after = modules_.upper_bound(address);
  if (after != modules_.begin() && address < std::prev(after)->second.end) {
    const auto& [begin, module] = *std::prev(after);
    ElfModule* elf = open(module.file);
    uint64_t linked = address - module.bias;
    std::optional<uint64_t> offset = elf != nullptr ? elf->offsetOfAddress(linked) : std::nullopt;
    return describe(module.file, elf, linked, offset.value_or(address - begin));
  }
  const MemoryRange* range = maps_.find(address);
  // Generated code, or of a library that is gone: one name for all, where each address its own would tell no
  // more.
  if (range == nullptr || range->path.empty()) return {{"(no symbol)", "", 0, 0}};
  File file{range->path, range->inode};
  uint64_t offset = address - range->begin + range->file_offset;
  ElfModule* elf = open(file);
  uint64_t linked = 0;
  bool loaded = elf != nullptr && elf->addressOfOffset(offset, &linked);
  return describe(file, elf, loaded ? std::optional(linked) : std::nullopt, offset);
}

NativeSymbols::Frames NativeSymbols::describe(const File& file, ElfModule* elf,
                                              std::optional<uint64_t> linked, uint64_t offset) {
  std::string name = baseName(file.path);
  if (name == kShimName) return {};
  Frames frames;
  NativeFrame holder{"", file.path, 0, 0};
  if (elf != nullptr && linked) {
    holder.function = elf->functionAt(*linked);
    if (holder.function.empty() && !elf->hasSymbolTable()) nameless_.insert(file.path);
    if (DebugInfo* debug_info = elf->debugInfo()) {
      SourceLine at = debug_info->sourceAt(*linked);
      for (InlinedCall& call : debug_info->inlinedAt(*linked)) {
        frames.push_back({std::move(call.function), std::move(at.file), at.line, at.column});
        at = std::move(call.called_from);
      }
      if (!at.file.empty()) holder = {std::move(holder.function), std::move(at.file), at.line, at.column};
    }
  }
  if (holder.function.empty()) holder.function = offsetIn(name, offset);
  frames.push_back(std::move(holder));
  return frames;
}

}  // namespace slabscope::collector
