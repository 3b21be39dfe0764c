// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "slabscope/recording/model.h"

namespace slabscope::recording {
namespace {

constexpr const char* kZeroFill = "--zero-fill-buffers";

}  // namespace

bool isZeroFilled(const std::vector<std::string>& argv) {
  // Node's own options come before the program's name.
  for (size_t i = 1; i < argv.size() && std::string_view(argv[i]).starts_with('-'); ++i) {
    if (argv[i] == kZeroFill) return true;
  }
  return false;
}

std::vector<std::string> withoutArguments(const std::vector<std::string>& argv) {
  if (!isZeroFilled(argv)) return {};
  return {"node", kZeroFill};
}

}  // namespace slabscope::recording
