// SPDX-License-Identifier: Apache-2.0
// Which compilation unit of a module's debugging information tells about an address. Most of node has none,
// and its compiler writes an index of addresses for a few units only: to ask all others anew for each address
// takes longer than all else about a stack.
#pragma once

#include <elfutils/libdw.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace slabscope::collector {

class DebugUnits {
 public:
  /// `limit`: of how many ranges of code are remembered. `dwarf` must outlive this.
  explicit DebugUnits(Dwarf* dwarf, size_t limit = size_t{1} << 20) : dwarf_(dwarf), limit_(limit) {}

  /// The first that tells about the address, by the index of addresses (.debug_aranges) or else by what each
  /// says of itself; false when there is none. Looks at all units when it is first not in the index.
  bool find(uint64_t address, Dwarf_Die& unit);

 private:
  struct Range {
    uint64_t begin;
    uint64_t end;
    uint32_t unit;  ///< in units_
    /// These are all of its ranges; else the unit is to be asked.
    bool is_exact;
  };

  void load();
  void addRangesOf(uint32_t number);

  Dwarf* dwarf_;
  size_t limit_;
  bool is_loaded_ = false;
  std::vector<Dwarf_Die> units_;
  std::vector<Range> ranges_;  ///< in the order of the units
};

}  // namespace slabscope::collector
