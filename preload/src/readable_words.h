// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

namespace slabscope::preload {

/// How many of the words from `begin` on can be read, up to `wanted`. A system call for each page.
inline size_t readableWords(const void* begin, size_t wanted) {
  auto from = reinterpret_cast<uintptr_t>(begin);
  uintptr_t until = from + wanted * sizeof(uintptr_t);
  constexpr uintptr_t kPage = 4096;
  for (uintptr_t page = from & ~(kPage - 1); page < until; page += kPage) {
    unsigned char resident;
    if (mincore(reinterpret_cast<void*>(page), kPage, &resident) != 0)
      return page <= from ? 0 : (page - from) / sizeof(uintptr_t);
  }
  return wanted;
}

}  // namespace slabscope::preload
