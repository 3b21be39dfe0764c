// SPDX-License-Identifier: Apache-2.0
// Native return addresses of one process to functions, files and lines.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "elf_module.h"
#include "memory_maps.h"
#include "stack_table.h"

namespace slabscope::collector {

class NativeSymbols : public NativeResolver {
 public:
  explicit NativeSymbols(pid_t pid) : pid_(pid), maps_(pid) {}

  std::span<const NativeFrame> resolve(uint64_t return_address) override;

  /// Modules without a symbol table that had a frame to which no name could be given, in the order of their
  /// paths.
  const std::set<std::string>& namelessModules() const { return nameless_; }

 private:
  using Frames = std::vector<NativeFrame>;

  Frames lookUp(uint64_t return_address);
  Frames describe(const MemoryRange& range, uint64_t file_offset);
  ElfModule* moduleOf(const MemoryRange& range);

  pid_t pid_;
  MemoryMaps maps_;
  std::unordered_map<std::string, std::unique_ptr<ElfModule>> modules_;  ///< null: it cannot be read
  std::unordered_map<uint64_t, Frames> known_;
  std::set<std::string> nameless_;
};

}  // namespace slabscope::collector
