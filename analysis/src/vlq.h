// SPDX-License-Identifier: Apache-2.0
// Base64 VLQ, the numbers of a source map's mappings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace slabscope::analysis {

constexpr uint8_t kNoVlqDigit = 0xff;

/// By character: its six bits, or kNoVlqDigit.
constexpr std::array<uint8_t, 256> kVlqDigits = [] {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<uint8_t, 256> values{};
  values.fill(kNoVlqDigit);
  for (size_t i = 0; i < kDigits.size(); ++i)
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<uint8_t>(i);
  return values;
}();

/// The number that begins at `at`, which then is behind it. Nothing when there is none or it has more than 32
/// bits.
inline std::optional<int64_t> nextVlq(std::string_view text, size_t& at) {
  constexpr unsigned kMaxShift = 30;
  uint64_t bits = 0;
  for (unsigned shift = 0; shift <= kMaxShift && at < text.size(); shift += 5) {
    const uint8_t digit = kVlqDigits[static_cast<unsigned char>(text[at++])];
    if (digit == kNoVlqDigit) return std::nullopt;
    bits |= uint64_t{digit & 31U} << shift;
    if ((digit & 32U) != 0) continue;
    const auto size = static_cast<int64_t>(bits >> 1);
    return (bits & 1) != 0 ? -size : size;
  }
  return std::nullopt;
}

}  // namespace slabscope::analysis
