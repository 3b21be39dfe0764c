// SPDX-License-Identifier: Apache-2.0
// Finds functions of a symbol table by address. Sorting all of them takes longer than the few questions that
// most recordings ask: they are only put into buckets by the upper bits of where they begin.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "symbol_table.h"

namespace slabscope::collector {

class FunctionIndex {
 public:
  explicit FunctionIndex(const SymbolTable& table);

  const SymbolTable& table() const { return table_; }
  /// Whether the table has no functions.
  bool empty() const { return functions_.empty(); }
  /// The last of those that begin at or before the address; of several that begin there the largest, and of
  /// these the first in the table.
  std::optional<GElf_Sym> lastBefore(uint64_t address) const;

 private:
  struct Function {
    uint32_t number;  ///< in the table
    uint32_t older;   ///< place, plus 1, of the one before in the same bucket; 0: there is none
  };

  uint64_t bucketOf(uint64_t address) const { return (address - lowest_) >> shift_; }

  SymbolTable table_;
  uint64_t lowest_ = 0;
  uint32_t shift_ = 0;
  std::vector<Function> functions_;
  std::vector<uint32_t> newest_;  ///< by bucket: place, plus 1, of the last of its functions
};

}  // namespace slabscope::collector
