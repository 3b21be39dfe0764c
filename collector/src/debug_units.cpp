// SPDX-License-Identifier: Apache-2.0
#include "debug_units.h"

#include <limits>

namespace slabscope::collector {

bool DebugUnits::find(uint64_t address, Dwarf_Die& unit) {
  if (dwarf_addrdie(dwarf_, address, &unit) != nullptr) return true;
  if (!is_loaded_) load();
  for (const Range& range : ranges_) {
    if (address < range.begin || address >= range.end) continue;
    if (!range.is_exact && dwarf_haspc(&units_[range.unit], address) <= 0) continue;
    unit = units_[range.unit];
    return true;
  }
  return false;
}

void DebugUnits::load() {
  is_loaded_ = true;
  Dwarf_CU* at = nullptr;
  Dwarf_Die unit;
  while (dwarf_get_units(dwarf_, at, &at, nullptr, nullptr, &unit, nullptr) == 0) {
    units_.push_back(unit);
    addRangesOf(static_cast<uint32_t>(units_.size() - 1));
  }
}

void DebugUnits::addRangesOf(uint32_t number) {
  const size_t before = ranges_.size();
  Dwarf_Addr base = 0;
  Dwarf_Addr begin = 0;
  Dwarf_Addr end = 0;
  ptrdiff_t at = 0;
  while ((at = dwarf_ranges(&units_[number], at, &base, &begin, &end)) > 0) {
    if (ranges_.size() < limit_) {
      ranges_.push_back({begin, end, number, true});
      continue;
    }
    // Any number of units may refer to the same list of ranges: those that no longer fit are asked each time.
    ranges_.resize(before);
    ranges_.push_back({0, std::numeric_limits<uint64_t>::max(), number, false});
    break;
  }
}

}  // namespace slabscope::collector
