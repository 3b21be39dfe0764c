// SPDX-License-Identifier: Apache-2.0
// Native return addresses of one process to functions, files and lines.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "elf_module.h"
#include "memory_maps.h"
#include "stack_table.h"

namespace slabscope::collector {

class NativeSymbols : public NativeResolver {
 public:
  explicit NativeSymbols(pid_t pid) : pid_(pid), maps_(pid) {}

  const NativeFrame* resolve(uint64_t return_address) override;

 private:
  struct Known {
    NativeFrame frame;
    bool own = false;
  };

  Known lookUp(uint64_t return_address);
  ElfModule* moduleOf(const MemoryRange& range);

  pid_t pid_;
  MemoryMaps maps_;
  std::unordered_map<std::string, std::unique_ptr<ElfModule>> modules_;  ///< null: it cannot be read
  std::unordered_map<uint64_t, Known> known_;
};

}  // namespace slabscope::collector
