// SPDX-License-Identifier: Apache-2.0
#include "say.h"

#include <unistd.h>

#include <system_error>

namespace slabscope::collector {

void say(std::string_view text) {
  std::string line = "slabscope: ";
  line.append(text).append("\n");
  // Nothing can be done about a stderr that takes nothing.
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

std::string withReason(std::string_view what, int error) {
  return std::string(what).append(": ").append(std::generic_category().message(error));
}

}  // namespace slabscope::collector
