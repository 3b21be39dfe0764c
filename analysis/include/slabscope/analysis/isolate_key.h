// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace slabscope::analysis {

/// An isolate as the key of an IdMap, where 0 is none.
struct IsolateKey {
  constexpr explicit IsolateKey(uint32_t isolate) : value(isolate + 1ULL) {}
  constexpr IsolateKey() = default;

  uint64_t value = 0;  // isolate + 1
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr bool operator==(IsolateKey, IsolateKey) = default;
};

}  // namespace slabscope::analysis
