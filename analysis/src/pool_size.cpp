// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/pool_size.h"

#include <charconv>
#include <string>
#include <system_error>

namespace slabscope::analysis {

std::optional<uint64_t> poolSizeOf(const recording::Definitions& definitions) {
  const std::string digits = definitions.runtime("pool_size");
  uint64_t bytes = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
  if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return bytes;
}

}  // namespace slabscope::analysis
