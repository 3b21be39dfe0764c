// SPDX-License-Identifier: Apache-2.0
// A Node-API addon of the fault tests: threads that node does not know of, and children that are made in each
// of the ways there are. Every function is synchronous and gives back a number that does not depend on
// whether somebody watches.
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" {
using napi_env = struct napi_env__*;
using napi_value = struct napi_value__*;
using napi_callback_info = struct napi_callback_info__*;
using napi_callback = napi_value (*)(napi_env, napi_callback_info);
int napi_get_cb_info(napi_env, napi_callback_info, size_t*, napi_value*, napi_value*, void**);
int napi_get_value_uint32(napi_env, napi_value, uint32_t*);
int napi_get_value_string_utf8(napi_env, napi_value, char*, size_t, size_t*);
int napi_create_uint32(napi_env, uint32_t, napi_value*);
int napi_create_function(napi_env, const char*, size_t, napi_callback, void*, napi_value*);
int napi_set_named_property(napi_env, napi_value, const char*, napi_value);
// v8::Isolate::TryGetCurrent and Isolate::GetArrayBufferAllocator: as node itself exports them.
void* _ZN2v87Isolate13TryGetCurrentEv();
void* _ZN2v87Isolate23GetArrayBufferAllocatorEv(void* isolate);
}

namespace slabscope::e2e {

/// v8::ArrayBuffer::Allocator as far as all Nodes agree on it. Of external linkage, since it is defined
/// elsewhere.
class Allocator {
 public:
  virtual ~Allocator();
  virtual void* Allocate(size_t size);
  virtual void* AllocateUninitialized(size_t size);
  virtual void Free(void* data, size_t size);
};

}  // namespace slabscope::e2e

namespace {

using slabscope::e2e::Allocator;

Allocator* currentAllocator() {
  void* isolate = _ZN2v87Isolate13TryGetCurrentEv();
  return isolate != nullptr ? static_cast<Allocator*>(_ZN2v87Isolate23GetArrayBufferAllocatorEv(isolate))
                            : nullptr;
}

struct Work {
  Allocator* allocator;  ///< null: malloc and free
  uint32_t rounds;
  pthread_barrier_t* together;  ///< null: each goes at its own pace
  std::atomic<uint32_t> done{0};
  std::atomic<bool> stop{false};
};

void* take(Work& work, size_t size) {
  void* data = work.allocator != nullptr ? work.allocator->AllocateUninitialized(size) : malloc(size);
  // A block that nobody looks at need not be allocated, says the language.
  asm volatile("" : : "r"(data) : "memory");
  return data;
}

void giveBack(Work& work, void* data, size_t size) {
  if (work.allocator != nullptr) {
    work.allocator->Free(data, size);
  } else {
    free(data);
  }
}

// By their sizes the blocks are known in the recording.
constexpr size_t kFirstSize = 70'001;
constexpr size_t kSizes = 900;

// Each thread holds one block while all of them live, so that there are as many rings as threads.
void* allocateInThread(void* argument) {
  Work& work = *static_cast<Work*>(argument);
  void* held = take(work, kFirstSize);
  if (work.together != nullptr) pthread_barrier_wait(work.together);
  for (uint32_t round = 0; round < work.rounds; ++round) {
    size_t size = kFirstSize + round % kSizes;
    void* data = take(work, size);
    if (data == nullptr) continue;
    std::memset(data, static_cast<int>(round), 64);
    giveBack(work, data, size);
    work.done.fetch_add(1, std::memory_order_relaxed);
  }
  if (work.together != nullptr) pthread_barrier_wait(work.together);
  giveBack(work, held, kFirstSize);
  return nullptr;
}

void* allocateUntilStopped(void* argument) {
  Work& work = *static_cast<Work*>(argument);
  while (!work.stop.load(std::memory_order_relaxed)) {
    void* data = take(work, 300);
    giveBack(work, data, 300);
    work.done.fetch_add(1, std::memory_order_relaxed);
  }
  return nullptr;
}

constexpr size_t kStack = 256 << 10;
constexpr uint32_t kMaxThreads = 1024;

uint32_t startThreads(pthread_t* threads, uint32_t count, void* (*function)(void*), Work& work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStack);
  uint32_t started = 0;
  while (started < count && pthread_create(&threads[started], &attributes, function, &work) == 0) ++started;
  pthread_attr_destroy(&attributes);
  return started;
}

uint32_t runThreads(uint32_t count, uint32_t rounds, bool in_stores, bool together) {
  if (count > kMaxThreads) return 0;
  pthread_t threads[kMaxThreads];
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, nullptr, count);
  Work work{in_stores ? currentAllocator() : nullptr, rounds, together ? &barrier : nullptr};
  uint32_t started = startThreads(threads, count, allocateInThread, work);
  // With fewer the barrier would never open.
  if (together && started != count) abort();
  for (uint32_t index = 0; index < started; ++index) pthread_join(threads[index], nullptr);
  pthread_barrier_destroy(&barrier);
  return work.done.load();
}

enum Way : uint32_t { kFork, kRawFork, kRawClone, kVfork, kSpawn, kWays };
constexpr int kChildStatus = 7;

[[noreturn]] void beChild(Work& work) {
  // Only what a child of a process with threads may do, were it not for the allocator that glibc keeps
  // usable.
  for (int round = 0; round < 50; ++round) giveBack(work, take(work, 400), 400);
  _exit(kChildStatus);
}

pid_t makeChild(Way way, Work& work, char* program) {
  char* arguments[] = {program, nullptr};
  char* environment[] = {nullptr};
  switch (way) {
    case kFork: {
      pid_t child = fork();
      if (child == 0) beChild(work);
      return child;
    }
    case kRawFork:
    case kRawClone: {
      auto child = static_cast<pid_t>(
          way == kRawFork ? syscall(SYS_fork) : syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0));
      // glibc does not know of this child: its allocator's locks may be held for ever.
      if (child == 0) syscall(SYS_exit_group, kChildStatus);
      return child;
    }
    case kVfork: {
      pid_t child = vfork();
      if (child == 0) {
        execve(program, arguments, environment);
        _exit(127);
      }
      return child;
    }
    case kSpawn: {
      pid_t child = -1;
      return posix_spawn(&child, program, nullptr, nullptr, arguments, environment) == 0 ? child : -1;
    }
    case kWays:
      break;
  }
  return -1;
}

uint32_t numberAt(napi_env env, napi_callback_info info, size_t index) {
  size_t count = 8;
  napi_value values[8];
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  uint32_t number = 0;
  if (index < count) napi_get_value_uint32(env, values[index], &number);
  return number;
}

napi_value give(napi_env env, uint32_t number) {
  napi_value value = nullptr;
  napi_create_uint32(env, number, &value);
  return value;
}

// threads(count, rounds, inStores, together): blocks that were taken and given back in the rounds.
napi_value threads(napi_env env, napi_callback_info info) {
  return give(env, runThreads(numberAt(env, info, 0), numberAt(env, info, 1), numberAt(env, info, 2) != 0,
                              numberAt(env, info, 3) != 0));
}

// children(way, count, threads, program): how many of the children ended as they should, while threads
// allocate stores. `program` is what vfork and posix_spawn execute, without an environment.
napi_value children(napi_env env, napi_callback_info info) {
  size_t argument_count = 8;
  napi_value values[8];
  char program[4096];
  napi_get_cb_info(env, info, &argument_count, values, nullptr, nullptr);
  napi_get_value_string_utf8(env, values[3], program, sizeof program, nullptr);
  pthread_t busy[kMaxThreads];
  Work work{currentAllocator(), 0, nullptr};
  uint32_t started = startThreads(busy, numberAt(env, info, 2), allocateUntilStopped, work);
  uint32_t good = 0;
  for (uint32_t index = numberAt(env, info, 1); index > 0; --index) {
    pid_t child = makeChild(static_cast<Way>(numberAt(env, info, 0)), work, program);
    int status = 0;
    if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
        WEXITSTATUS(status) == kChildStatus)
      ++good;
  }
  work.stop.store(true);
  for (uint32_t index = 0; index < started; ++index) pthread_join(busy[index], nullptr);
  return give(env, good);
}

// A real one, not a signal that was sent.
napi_value segmentationFault(napi_env env, napi_callback_info) {
  // The compiler must not know the address, else it may do as it likes.
  volatile uintptr_t nowhere = 8;
  *reinterpret_cast<volatile int*>(nowhere) = 1;
  return give(env, 0);
}

void add(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value = nullptr;
  napi_create_function(env, name, std::strlen(name), function, nullptr, &value);
  napi_set_named_property(env, exports, name, value);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env,
                                                                                     napi_value exports) {
  add(env, exports, "threads", threads);
  add(env, exports, "children", children);
  add(env, exports, "segmentationFault", segmentationFault);
  return exports;
}
