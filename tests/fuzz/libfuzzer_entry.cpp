// SPDX-License-Identifier: Apache-2.0
// Compiled once for each target, which SLABSCOPE_FUZZ_TARGET names.
#include <cstddef>
#include <cstdint>

#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  slabscope::fuzz::SLABSCOPE_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
