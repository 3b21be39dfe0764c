// SPDX-License-Identifier: Apache-2.0
#include "native_frames.h"

#include <dlfcn.h>
#include <link.h>

#include "cfi_unwinder.h"
#include "code_pages.h"
#include "told_modules.h"

namespace slabscope::preload {

namespace {

constinit bool wanted = false;

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
  StackBounds stack = stackFrom(registers.values[kRsp]);
  CodePages pages(isolate);
  bool is_call = false;
  dl_find_object module{};
  while (registers.pc() != 0) {
    if (pages.hold(registers.pc())) {
      uintptr_t entered_at = registers.pc();
      if (frames.runs == NativeFrames::kRunLimit || !leaveGeneratedCode(pages, stack, registers)) return;
      frames.entered_at[frames.runs] = entered_at;
      frames.beneath[frames.runs++] = frames.count;
      is_call = true;
      continue;
    }
    if (frames.count == NativeFrames::kLimit) return;
    frames.addresses[frames.count++] = reinterpret_cast<void*>(registers.pc());
    Step step = unwindOne(registers, stack, is_call, module);
    if (step == Step::kUnknown) return;
    if (step == Step::kEnd) break;
  }
  frames.complete = true;
}

}  // namespace

bool initialiseNativeFrames() {
  wanted = initialiseStackBounds() && initialiseCfiUnwinder() && v8_functions.copyCodePages != nullptr;
  return wanted;
}

bool nativeFramesWanted() {
  return wanted;
}

// Of the function that it is put into.
[[gnu::always_inline]] inline void readRegisters(Registers& registers) {
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
}

[[gnu::noinline]] void walkFrames(v8::Isolate* isolate, NativeFrames& frames) {
  frames.count = 0;
  frames.runs = 0;
  frames.complete = false;
  Registers registers{};
  readRegisters(registers);
  walk(isolate, registers, frames);
}

/// The program, which comes first, the C library and this library stay where they are to the end.
bool isPermanent(const dl_find_object& module) {
  return module.dlfo_link_map->l_prev == nullptr || holds(module, reinterpret_cast<uintptr_t>(&dlsym)) ||
         holds(module, reinterpret_cast<uintptr_t>(&walkNativeCode));
}

[[gnu::noinline]] NativeWalk walkNativeCode(void** addresses, uint32_t limit, Trail* trail) {
  Registers registers{};
  readRegisters(registers);
  StackBounds stack = stackFrom(registers.values[kRsp]);
  bool is_call = false;
  dl_find_object module{};
  const void* last = nullptr;
  NativeWalk walk{0, 0, true};
  while (registers.pc() != 0 && walk.count < limit) {
    addresses[walk.count++] = reinterpret_cast<void*>(registers.pc());
    Step step = unwindOne(registers, stack, is_call, module, trail);
    if (module.dlfo_map_start != last) {
      last = module.dlfo_map_start;
      walk.meaning ^= identityOf(module);
      if (trail != nullptr && !isPermanent(module)) trail->complete = false;
    }
    if (step == Step::kCaller) continue;
    walk.understood = step == Step::kEnd || !findModule(registers.pc(), module);
    break;
  }
  return walk;
}

bool countFunctionsOfRuns(v8::Isolate* isolate, const NativeFrames& frames,
                          const JavaScriptFrames& javascript, uint32_t counts[NativeFrames::kRunLimit]) {
  CodePages pages(isolate);
  constexpr uint32_t kNone = NativeFrames::kRunLimit;
  uint32_t run = 0;
  uint32_t interpreted = 0;
  uint32_t compiled_run = kNone;
  counts[0] = javascript.builtins;
  for (size_t index = 0; index < javascript.length; ++index) {
    auto address = reinterpret_cast<uintptr_t>(javascript.chain[index]);
    bool is_code = pages.hold(address);
    dl_find_object module;
    // A C++ callback is told by its own address up to Node 20, by where it returns to from 22 on: code of
    // V8's that is none of the program's, since what the compiler lets the program's call directly may not
    // call JavaScript. The one on top has called none.
    bool is_callback = is_code ? run + 1 < frames.runs && address == frames.entered_at[run + 1]
                               : findModule(address, module);
    if (is_callback) {
      if (index == 0) continue;
      if (++run == frames.runs) return false;
      counts[run] = 0;
    } else if (is_code) {
      // How many functions this is nobody tells (a builtin: none); the rest of all are.
      if (compiled_run != kNone && compiled_run != run) return false;
      compiled_run = run;
    } else {
      ++counts[run];
      ++interpreted;
    }
  }
  if (run + 1 != frames.runs || interpreted > javascript.functions) return false;
  if (compiled_run == kNone) return interpreted == javascript.functions;
  counts[compiled_run] += javascript.functions - interpreted;
  return true;
}

}  // namespace slabscope::preload
