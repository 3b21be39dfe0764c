// SPDX-License-Identifier: Apache-2.0
#include "v8_abi.h"

#include <dlfcn.h>

#include <cstring>

namespace slabscope::preload {

constinit V8Functions v8_functions{};

namespace {

template <class Pointer>
void lookUp(Pointer& pointer, const char* symbol) {
  // POSIX gives functions and objects one kind of address.
  void* found = dlsym(RTLD_DEFAULT, symbol);
  std::memcpy(&pointer, &found, sizeof found);
}

}  // namespace

bool findV8() {
  lookUp(v8_functions.allocator_vtable, V8Symbols::allocator_vtable);
  if (v8_functions.allocator_vtable == nullptr) return false;
  lookUp(v8_functions.serializer_vtable, V8Symbols::serializer_vtable);
#define SLABSCOPE_LOOK_UP(result, name, symbol, parameters) lookUp(v8_functions.name, V8Symbols::name);
  SLABSCOPE_V8_FUNCTIONS(SLABSCOPE_LOOK_UP)
#undef SLABSCOPE_LOOK_UP
  return v8_functions.tryGetCurrent != nullptr;
}

}  // namespace slabscope::preload
