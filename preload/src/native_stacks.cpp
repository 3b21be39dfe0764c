// SPDX-License-Identifier: Apache-2.0
#include "native_stacks.h"

#include <dlfcn.h>

#include "stacks.h"
#include "thread.h"

namespace slabscope::preload {

// A chain that another one displaced is defined again when it comes back; the collector knows equal stacks.
struct NativeStackCache {
  static constexpr uint32_t kEntries = 1024;
  struct Entry {
    uint64_t chain;
    uint64_t stack;
  };
  Entry entries[kEntries];
};

namespace {

constexpr int kMaxFrames = 48;

using Backtrace = int (*)(void** frames, int limit);
constinit Backtrace backtrace = nullptr;

void define(uint32_t id, void* const* frames, uint32_t count) {
  uint64_t bytes = sizeof(wire::NativeStack) + count * sizeof(uint64_t);
  char* at = beginRecord(bytes);
  if (at == nullptr) return;
  wire::NativeStack record{};
  record.header = headerOf(wire::RecordKind::kNativeStack, bytes, now(), id);
  record.frame_count = count;
  std::memcpy(at, &record, sizeof record);
  std::memcpy(at + sizeof record, frames, count * sizeof(uint64_t));
  endRecord(bytes);
}

}  // namespace

bool initialiseNativeStacks() {
  void* library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return false;
  backtrace = reinterpret_cast<Backtrace>(dlsym(library, "unw_backtrace"));
  return backtrace != nullptr;
}

uint32_t captureNativeStack() {
  if (backtrace == nullptr) return 0;
  ThreadState& thread = thread_state;
  if (thread.native_stacks == nullptr) {
    thread.native_stacks = static_cast<NativeStackCache*>(mapPages(sizeof(NativeStackCache)));
    if (thread.native_stacks == nullptr) return 0;
  }
  void* frames[kMaxFrames];
  int count = backtrace(frames, kMaxFrames);
  if (count <= 0) return 0;
  uint64_t chain = hashChain(frames, static_cast<size_t>(count));
  NativeStackCache::Entry& entry = thread.native_stacks->entries[(chain >> 32) % NativeStackCache::kEntries];
  if (entry.chain == chain) return static_cast<uint32_t>(entry.stack);
  uint32_t id = nextStackId();
  define(id, frames, static_cast<uint32_t>(count));
  entry = {chain, id};
  return id;
}

void freeNativeStackCache(NativeStackCache* cache) {
  if (cache != nullptr) unmapPages(cache, sizeof(NativeStackCache));
}

}  // namespace slabscope::preload
