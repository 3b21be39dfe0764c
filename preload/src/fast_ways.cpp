// SPDX-License-Identifier: Apache-2.0
#include "fast_ways.h"

#include <cstdlib>
#include <cstring>

namespace slabscope::preload {

bool isWayWanted(const char* name) {
  const char* at = std::getenv("SLABSCOPE_WITHOUT");
  const size_t length = std::strlen(name);
  while (at != nullptr && *at != '\0') {
    const size_t here = std::strcspn(at, ",");
    if (here == length && std::memcmp(at, name, length) == 0) return false;
    at += here;
    if (*at == ',') ++at;
  }
  return true;
}

}  // namespace slabscope::preload
