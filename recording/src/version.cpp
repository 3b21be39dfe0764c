// SPDX-License-Identifier: Apache-2.0
#include "slabscope/recording/version.h"

#include "format.h"

namespace slabscope::recording {

std::string_view programVersion() {
  return SLABSCOPE_VERSION;
}

Formats readableFormats() {
  return {kFormat, kNewestFormat};
}

}  // namespace slabscope::recording
