// SPDX-License-Identifier: Apache-2.0
// Native return addresses of one process to functions, files and lines.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "elf_module.h"
#include "memory_maps.h"
#include "stack_table.h"

namespace slabscope::collector {

class NativeSymbols : public NativeResolver {
 public:
  explicit NativeSymbols(pid_t pid) : pid_(pid), maps_(pid) {}

  std::span<const NativeFrame> resolve(uint64_t return_address) override;
  void learn(const ModuleText& module) override;
  /// What mapsOf() has told of the process.
  void learn(std::vector<MemoryRange> maps) { maps_.learn(std::move(maps)); }

  /// Modules without a symbol table that had a frame to which no name could be given, in the order of their
  /// paths.
  const std::set<std::string>& namelessModules() const { return nameless_; }

 private:
  using Frames = std::vector<NativeFrame>;
  struct File {
    std::string path;
    uint64_t inode = 0;
    auto operator<=>(const File&) const = default;
  };
  struct Module {
    uint64_t end;
    uint64_t bias;
    File file;
  };

  Frames lookUp(uint64_t return_address);
  /// `offset`: in the file, or where that is not known, from the module's begin.
  Frames describe(const File& file, ElfModule* elf, std::optional<uint64_t> linked, uint64_t offset);
  ElfModule* open(const File& file);

  pid_t pid_;
  MemoryMaps maps_;
  std::map<uint64_t, Module> modules_;                ///< as told, by where they begin; none overlap
  std::map<File, std::unique_ptr<ElfModule>> files_;  ///< null: it cannot be read
  std::unordered_map<uint64_t, Frames> known_;
  std::set<std::string> nameless_;
};

}  // namespace slabscope::collector
