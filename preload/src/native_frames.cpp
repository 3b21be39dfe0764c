// SPDX-License-Identifier: Apache-2.0
#include "native_frames.h"

#include <dlfcn.h>

#include "cfi_unwinder.h"

namespace slabscope::preload {

namespace {

constinit void** main_stack_end = nullptr;
constinit bool wanted = false;

/// Where the code lies that V8 generated or brought along: all that has frame pointers and no unwind table.
struct CodePages {
  static constexpr size_t kLimit = 64;
  v8::MemoryRange ranges[kLimit];
  size_t count;

  explicit CodePages(v8::Isolate* isolate) : count(v8_functions.copyCodePages(isolate, kLimit, ranges)) {
    if (count > kLimit) count = kLimit;
  }
  bool hold(uintptr_t address) const {
    for (size_t index = 0; index < count; ++index) {
      if (address - reinterpret_cast<uintptr_t>(ranges[index].start) < ranges[index].length_in_bytes)
        return true;
    }
    return false;
  }
};

// A thread's control block lies at the outer end of its stack, but for the main thread's.
StackBounds boundsFrom(uintptr_t stack_pointer) {
  auto control = reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
  auto main = reinterpret_cast<uintptr_t>(*main_stack_end) + sizeof(void*);
  uintptr_t end = main > stack_pointer ? main : stack_pointer;
  if (control > stack_pointer && control < end) end = control;
  return {stack_pointer, end};
}

/// Steps over a run of generated code. False when its frames do not link up.
bool leaveGeneratedCode(const CodePages& pages, const StackBounds& stack, Registers& registers) {
  if (!registers.has(kRbp)) return false;
  uintptr_t frame = registers.values[kRbp];
  uintptr_t inner = registers.values[kRsp];
  for (;;) {
    if (frame < inner || !stack.holdsWord(frame) || !stack.holdsWord(frame + 8)) return false;
    const auto* words = reinterpret_cast<const uintptr_t*>(frame);
    inner = frame + 16;
    frame = words[0];
    if (!pages.hold(words[1])) {
      registers.known = 0;
      registers.set(kReturnAddress, words[1]);
      registers.set(kRsp, inner);
      registers.set(kRbp, frame);
      return true;
    }
  }
}

void walk(v8::Isolate* isolate, Registers& registers, NativeFrames& frames) {
  StackBounds stack = boundsFrom(registers.values[kRsp]);
  CodePages pages(isolate);
  bool is_call = false;
  while (registers.pc() != 0) {
    if (pages.hold(registers.pc())) {
      if (frames.runs == NativeFrames::kRunLimit || !leaveGeneratedCode(pages, stack, registers)) return;
      frames.beneath[frames.runs++] = frames.count;
      is_call = true;
      continue;
    }
    if (frames.count == NativeFrames::kLimit) return;
    frames.addresses[frames.count++] = reinterpret_cast<void*>(registers.pc());
    Step step = unwindOne(registers, stack, is_call);
    if (step == Step::kUnknown) return;
    if (step == Step::kEnd) break;
  }
  frames.complete = true;
}

}  // namespace

bool initialiseNativeFrames() {
  main_stack_end = static_cast<void**>(dlsym(RTLD_DEFAULT, "__libc_stack_end"));
  wanted = initialiseCfiUnwinder() && main_stack_end != nullptr && v8_functions.copyCodePages != nullptr;
  return wanted;
}

bool nativeFramesWanted() {
  return wanted;
}

[[gnu::noinline]] void walkFrames(v8::Isolate* isolate, NativeFrames& frames) {
  frames.count = 0;
  frames.runs = 0;
  frames.complete = false;
  Registers registers;
  asm volatile(
      "lea 0(%%rip), %%rax\n\t"
      "mov %%rax, 128(%0)\n\t"
      "mov %%rbx, 24(%0)\n\t"
      "mov %%rbp, 48(%0)\n\t"
      "mov %%rsp, 56(%0)\n\t"
      "mov %%r12, 96(%0)\n\t"
      "mov %%r13, 104(%0)\n\t"
      "mov %%r14, 112(%0)\n\t"
      "mov %%r15, 120(%0)"
      :
      : "r"(registers.values)
      : "rax", "memory");
  registers.known = 1U << kRbx | 1U << kRbp | 1U << kRsp | 0xfU << 12 | 1U << kReturnAddress;
  walk(isolate, registers, frames);
}

}  // namespace slabscope::preload
