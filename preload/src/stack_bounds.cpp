// SPDX-License-Identifier: Apache-2.0
#include "stack_bounds.h"

#include <dlfcn.h>

namespace slabscope::preload {

namespace {

constinit uintptr_t main_stack_end = 0;

}  // namespace

bool initialiseStackBounds() {
  auto* end = static_cast<void**>(dlsym(RTLD_DEFAULT, "__libc_stack_end"));
  if (end != nullptr) main_stack_end = reinterpret_cast<uintptr_t>(*end) + sizeof(void*);
  return end != nullptr;
}

// A thread's control block lies at the outer end of its stack, but for the main thread's.
StackBounds stackFrom(uintptr_t stack_pointer) {
  auto control = reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
  uintptr_t end = main_stack_end > stack_pointer ? main_stack_end : stack_pointer;
  if (control > stack_pointer && control < end) end = control;
  return {stack_pointer, end};
}

}  // namespace slabscope::preload
