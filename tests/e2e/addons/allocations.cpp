// SPDX-License-Identifier: Apache-2.0
// A Node-API addon that allocates in one function and makes a store of it in another, later: by each way to
// allocate, from other threads too. Lines are found by the marks at their ends.
#include <node_api.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

namespace sample {

struct Block {
  char* begin = nullptr;
  void (*release)(void*) = nullptr;
};

size_t numberIn(napi_env env, napi_value value) {
  double number = 0;
  napi_get_value_double(env, value, &number);
  return static_cast<size_t>(number);
}

void freeBlock(void* block) {
  std::free(block);
}
void deleteArray(void* block) {
  delete[] static_cast<char*>(block);
}
struct alignas(256) Aligned {
  char bytes[256];
};
void deleteAligned(void* block) {
  delete[] static_cast<Aligned*>(block);
}
void leave(void*) {}

// Each does something after its allocation, so that it does not end with a jump.
#define ALLOCATOR(name, release, ...)                      \
  [[gnu::noinline]] Block name(size_t size) {              \
    Block block{static_cast<char*>(__VA_ARGS__), release}; \
    if (block.begin != nullptr) block.begin[0] = 1;        \
    return block;                                          \
  }

void* positioned(size_t size) {
  void* block = nullptr;
  return posix_memalign(&block, 4096, size) == 0 ? block : nullptr;
}

// clang-format off
ALLOCATOR(byMalloc, freeBlock, std::malloc(size))  // line: malloc
ALLOCATOR(byCalloc, freeBlock, std::calloc(size / 4, 4))  // line: calloc
ALLOCATOR(byRealloc, freeBlock, std::realloc(std::malloc(64), size))  // line: realloc
ALLOCATOR(byShrinking, freeBlock, std::realloc(std::malloc(1 << 16), size))  // line: shrinking
ALLOCATOR(byAlignedAlloc, freeBlock, std::aligned_alloc(64, size))  // line: aligned_alloc
ALLOCATOR(byMemalign, freeBlock, positioned(size))  // line: memalign
ALLOCATOR(byNew, deleteArray, ::operator new(size))  // line: new
ALLOCATOR(byArray, deleteArray, new char[size])  // line: array
ALLOCATOR(byArrayOrNull, deleteArray, new (std::nothrow) char[size])  // line: nothrow
ALLOCATOR(byAlignedArray, deleteAligned, static_cast<void*>(new Aligned[(size + 255) / 256]))  // line: aligned
// clang-format on

[[gnu::noinline]] Block byMapping(size_t size) {
  void* pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return {static_cast<char*>(pages), leave};
}

[[gnu::noinline]] Block byReuse(size_t size) {
  // What is given back is mostly what the next one of that size gets.
  Block block = byMalloc(size);
  std::free(block.begin);
  return {static_cast<char*>(std::calloc(1, size)), freeBlock};  // line: reuse
}

[[gnu::noinline]] Block byOthers(size_t size) {
  Block block = byMalloc(size);
  std::free(block.begin);
  // Allocated within the C library, which is no addon: there is nothing to be known of it.
  std::string text(size - 1, 'x');
  char* copy = strdup(text.c_str());
  return {copy, freeBlock};
}

struct Way {
  const char* name;
  Block (*allocate)(size_t);
};
const Way kWays[] = {
    {"malloc", byMalloc},
    {"calloc", byCalloc},
    {"realloc", byRealloc},
    {"shrinking", byShrinking},
    {"memalign", byMemalign},
    {"aligned_alloc", byAlignedAlloc},
    {"new", byNew},
    {"array", byArray},
    {"nothrow", byArrayOrNull},
    {"aligned", byAlignedArray},
    {"mapping", byMapping},
    {"reuse", byReuse},
    {"others", byOthers},
};

struct Job {
  const Way* way;
  size_t size;
  Block block;
};

void* runJob(void* data) {
  auto* job = static_cast<Job*>(data);
  job->block = job->way->allocate(job->size);  // line: thread
  return nullptr;
}

// allocate(way, size, inThread): memory that is no store yet.
napi_value allocate(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  char name[32];
  size_t length = 0;
  bool in_thread = false;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  napi_get_value_string_utf8(env, arguments[0], name, sizeof name, &length);
  napi_get_value_bool(env, arguments[2], &in_thread);
  Job job{nullptr, numberIn(env, arguments[1]), {}};
  for (const Way& way : kWays) {
    if (std::strcmp(way.name, name) == 0) job.way = &way;
  }
  if (job.way == nullptr) return nullptr;
  if (in_thread) {
    pthread_t thread;
    pthread_create(&thread, nullptr, runJob, &job);
    pthread_join(thread, nullptr);
  } else {
    runJob(&job);
  }
  napi_value result;
  napi_create_external(env, new Block(job.block), nullptr, nullptr, &result);
  return result;
}

void finalize(napi_env, void*, void* hint) {
  auto* block = static_cast<Block*>(hint);
  block->release(block->begin);
  delete block;
}

// wrap(block, offset, size): a store of a part of the block.
napi_value wrap(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  void* data = nullptr;
  napi_value result = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  napi_get_value_external(env, arguments[0], &data);
  char* begin = static_cast<Block*>(data)->begin + numberIn(env, arguments[1]);
  size_t size = numberIn(env, arguments[2]);
  if (napi_create_external_arraybuffer(env, begin, size, finalize, data, &result) != napi_ok)  // line: wrap
    return nullptr;
  return result;
}

struct Storm {
  std::atomic<unsigned> ready{0};
  unsigned threads = 0;
  size_t rounds = 0;
  std::atomic<size_t> wrong{0};
};

// Every block says whose it is from begin to end: it is handed out once only, and moves with its content.
void* storm(void* data) {
  auto& all = *static_cast<Storm*>(data);
  unsigned mine = ++all.ready;
  while (all.ready.load() < all.threads) sched_yield();
  constexpr size_t kHeld = 16;
  char* held[kHeld] = {};
  size_t sizes[kHeld] = {};
  for (size_t round = 0; round < all.rounds; ++round) {
    size_t at = round % kHeld;
    if (held[at] != nullptr) {
      if (held[at][0] != static_cast<char>(mine) || held[at][sizes[at] - 1] != static_cast<char>(mine))
        ++all.wrong;
      std::free(held[at]);
    }
    sizes[at] = 1000 + (round * 7919 + mine * 104729) % 9000;
    held[at] = static_cast<char*>(std::malloc(sizes[at]));
    std::memset(held[at], static_cast<char>(mine), sizes[at]);
    if (round % 5 == 0) {
      sizes[at] = sizes[at] * 2;
      held[at] = static_cast<char*>(std::realloc(held[at], sizes[at]));
      held[at][sizes[at] - 1] = static_cast<char>(mine);
    }
  }
  for (char* block : held) std::free(block);
  return nullptr;
}

// storm(threads, rounds): how many blocks were not as they were left.
napi_value stormOfThreads(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  Storm all;
  all.threads = static_cast<unsigned>(numberIn(env, arguments[0]));
  all.rounds = numberIn(env, arguments[1]);
  auto* threads = new pthread_t[all.threads];
  for (unsigned at = 0; at < all.threads; ++at) pthread_create(&threads[at], nullptr, storm, &all);
  for (unsigned at = 0; at < all.threads; ++at) pthread_join(threads[at], nullptr);
  delete[] threads;
  napi_value result;
  napi_create_double(env, static_cast<double>(all.wrong.load()), &result);
  return result;
}

// hoard(count): holds so many blocks, more than can be remembered.
napi_value hoard(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  size_t wanted = numberIn(env, argument);
  static void** held = static_cast<void**>(std::calloc(wanted, sizeof(void*)));
  for (size_t at = 0; at < wanted; ++at) held[at] = std::malloc(1024);
  return nullptr;
}

}  // namespace sample

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"allocate", nullptr, sample::allocate, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"wrap", nullptr, sample::wrap, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"storm", nullptr, sample::stormOfThreads, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"hoard", nullptr, sample::hoard, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions);
  return exports;
}
