// SPDX-License-Identifier: Apache-2.0
#include "function_index.h"

#include <algorithm>
#include <limits>

namespace slabscope::collector {

FunctionIndex::FunctionIndex(const SymbolTable& table) : table_(table) {
  size_t count = 0;
  uint64_t highest = 0;
  lowest_ = std::numeric_limits<uint64_t>::max();
  table_.forEachFunction([&](uint32_t, const GElf_Sym& symbol) {
    ++count;
    lowest_ = std::min(lowest_, symbol.st_value);
    highest = std::max(highest, symbol.st_value);
  });
  if (count == 0) return;
  // No more buckets than functions, wherever these say that they lie.
  while (bucketOf(highest) >= count) ++shift_;
  newest_.resize(bucketOf(highest) + 1);
  functions_.reserve(count);
  table_.forEachFunction([&](uint32_t number, const GElf_Sym& symbol) {
    uint32_t& newest = newest_[bucketOf(symbol.st_value)];
    functions_.push_back({number, newest});
    newest = static_cast<uint32_t>(functions_.size());
  });
}

std::optional<GElf_Sym> FunctionIndex::lastBefore(uint64_t address) const {
  if (empty() || address < lowest_) return std::nullopt;
  std::optional<GElf_Sym> last;
  for (uint64_t bucket = std::min<uint64_t>(bucketOf(address), newest_.size() - 1) + 1; bucket > 0 && !last;
       --bucket) {
    for (uint32_t place = newest_[bucket - 1]; place != 0; place = functions_[place - 1].older) {
      const GElf_Sym symbol = table_.at(functions_[place - 1].number);
      if (symbol.st_value > address) continue;
      const bool is_later = !last || symbol.st_value > last->st_value ||
                            (symbol.st_value == last->st_value && symbol.st_size >= last->st_size);
      if (is_later) last = symbol;
    }
  }
  return last;
}

}  // namespace slabscope::collector
