// SPDX-License-Identifier: Apache-2.0
#include "go_betweens.h"

namespace slabscope::analysis {
namespace {

constexpr std::string_view kGoBetweens[] = {
    "v8::",
    "node::NodeArrayBufferAllocator::",
    "node::Environment::allocate_managed_buffer",
    "node::AllocatedBuffer::",
    "node::Buffer::New",
    "operator new",
    "std::",
};

}  // namespace

std::string_view goBetween(std::string_view function) {
  // Instances of a template are told with their result: "int v8::internal::Deserializer<…".
  const size_t word = function.find_first_of(" <(");
  if (word != std::string_view::npos && function[word] == ' ') function.remove_prefix(word + 1);
  for (const std::string_view prefix : kGoBetweens) {
    if (function.starts_with(prefix)) return prefix;
  }
  return {};
}

bool isNameless(std::string_view function) {
  return function.starts_with('(') || function.find("+0x") != std::string_view::npos;
}

}  // namespace slabscope::analysis
