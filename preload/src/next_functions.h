// SPDX-License-Identifier: Apache-2.0
// For functions that the shim interposes: the one that comes next, to which a call is passed on.
#pragma once

#include <dlfcn.h>

#include <cstring>

/// What this library exports; all else in it is hidden.
#define SLABSCOPE_EXPORT __attribute__((visibility("default")))

namespace slabscope::preload {

/// nullptr in `function` where no library behind this one has it.
template <class Function>
void lookUpNext(Function& function, const char* name) {
  // POSIX gives functions and objects one kind of address.
  void* found = dlsym(RTLD_NEXT, name);
  std::memcpy(&function, &found, sizeof found);
}

}  // namespace slabscope::preload
