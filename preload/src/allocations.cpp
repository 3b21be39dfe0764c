// SPDX-License-Identifier: Apache-2.0
#include "allocations.h"

#include <dlfcn.h>

#include <cstdlib>

#include "block_table.h"
#include "capability.h"
#include "chain_table.h"
#include "isolate.h"
#include "known_blocks.h"
#include "native_frames.h"
#include "native_stacks.h"
#include "stacks.h"
#include "thread.h"

namespace slabscope::preload {

constinit uint32_t blocks_are_known = 0;

namespace {

constexpr size_t kSmallest = 1024;
constexpr uint32_t kMaxFrames = 128;
constexpr const char* kCapability = "external-allocations";

constinit BlockTable blocks{};
constinit ChainTable chains{};
constinit bool watched = false;
constinit std::atomic<bool> some_not_kept{false};
constinit std::atomic<bool> told_some_not_kept{false};

/// The forms of operator new, as an addon imports them.
struct OperatorsNew {
  void* (*plain)(size_t);
  void* (*array)(size_t);
  void* (*plain_or_null)(size_t, const void*);
  void* (*array_or_null)(size_t, const void*);
  void* (*aligned)(size_t, size_t);
  void* (*aligned_array)(size_t, size_t);
  void* (*aligned_or_null)(size_t, size_t, const void*);
  void* (*aligned_array_or_null)(size_t, size_t, const void*);
};
constinit OperatorsNew operators{};

[[gnu::noinline]] void keep(uintptr_t block, size_t size) {
  if (!recording() || paused()) return;
  void* frames[kMaxFrames];
  NativeWalk walk = walkNativeCode(frames, kMaxFrames);
  uint32_t chain = chains.intern(frames, walk.count, walk.meaning);
  if (__atomic_load_n(&blocks_are_known, __ATOMIC_RELAXED) == 0)
    __atomic_store_n(&blocks_are_known, 1, __ATOMIC_RELAXED);
  if (chain == 0 || !blocks.insert(block, size, chain)) some_not_kept.store(true, std::memory_order_relaxed);
}

inline void* kept(void* block, size_t size) {
  if (SLABSCOPE_UNLIKELY(size >= kSmallest) && block != nullptr)
    keep(reinterpret_cast<uintptr_t>(block), size);
  return block;
}

// Where a product overflows there is no block.
void* hookMalloc(size_t size) {
  return kept(std::malloc(size), size);
}
void* hookCalloc(size_t count, size_t size) {
  return kept(std::calloc(count, size), count * size);
}
void* hookRealloc(void* block, size_t size) {
  return kept(std::realloc(block, size), size);
}
void* hookReallocArray(void* block, size_t count, size_t size) {
  return kept(reallocarray(block, count, size), count * size);
}
void* hookAlignedAlloc(size_t alignment, size_t size) {
  return kept(std::aligned_alloc(alignment, size), size);
}
int hookPosixMemalign(void** block, size_t alignment, size_t size) {
  int error = posix_memalign(block, alignment, size);
  if (error == 0) kept(*block, size);
  return error;
}

template <auto Form, class... More>
void* hookNew(size_t size, More... more) {
  return kept((operators.*Form)(size, more...), size);
}

template <class Function>
Function lookUp(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

/// Whether what this form allocates comes back through free(), where it is forgotten.
template <class Allocate, class... More>
bool comesBack(Allocate allocate, const char* deallocator, More... more) {
  auto deallocate = lookUp<void (*)(void*, More...)>(deallocator);
  if (allocate == nullptr || deallocate == nullptr) return false;
  void* block = allocate(64, more...);
  if (block == nullptr) return false;
  auto address = reinterpret_cast<uintptr_t>(block);
  if (!blocks.insert(address, 64, 1)) return false;
  deallocate(block, more...);
  return !blocks.erase(address);
}

void findOperators() {
  using Plain = void* (*)(size_t);
  using OrNull = void* (*)(size_t, const void*);
  using Aligned = void* (*)(size_t, size_t);
  using AlignedOrNull = void* (*)(size_t, size_t, const void*);
  constexpr size_t kAlignment = 64;
  blocks_are_known = 1;
  auto plain = lookUp<Plain>("_Znwm");
  auto array = lookUp<Plain>("_Znam");
  if (comesBack(plain, "_ZdlPv") && comesBack(array, "_ZdaPv")) {
    operators.plain = plain;
    operators.array = array;
    operators.plain_or_null = lookUp<OrNull>("_ZnwmRKSt9nothrow_t");
    operators.array_or_null = lookUp<OrNull>("_ZnamRKSt9nothrow_t");
  }
  auto aligned = lookUp<Aligned>("_ZnwmSt11align_val_t");
  auto aligned_array = lookUp<Aligned>("_ZnamSt11align_val_t");
  if (comesBack(aligned, "_ZdlPvSt11align_val_t", kAlignment) &&
      comesBack(aligned_array, "_ZdaPvSt11align_val_t", kAlignment)) {
    operators.aligned = aligned;
    operators.aligned_array = aligned_array;
    operators.aligned_or_null = lookUp<AlignedOrNull>("_ZnwmSt11align_val_tRKSt9nothrow_t");
    operators.aligned_array_or_null = lookUp<AlignedOrNull>("_ZnamSt11align_val_tRKSt9nothrow_t");
  }
  blocks_are_known = 0;
}

template <class Hook, class Original>
Import importOf(const char* name, Hook* hook, Original* original) {
  auto* code = reinterpret_cast<void*>(hook);
  return {name, original != nullptr ? code : nullptr, reinterpret_cast<void*>(original)};
}

}  // namespace

bool watchAllocations() {
  if (process.options.native == 0 || process.options.stack_depth == 0 || !nativeFramesWanted()) return false;
  if (!blocks.map() || !chains.map()) return false;
  findOperators();
  watched = true;
  // Filled here, where there is one thread.
  allocationImports();
  return true;
}

bool allocationsWatched() {
  return watched;
}

ImportList allocationImports() {
  using O = OperatorsNew;
  static const Import imports[] = {
      importOf("malloc", hookMalloc, std::malloc),
      importOf("calloc", hookCalloc, std::calloc),
      importOf("realloc", hookRealloc, std::realloc),
      importOf("reallocarray", hookReallocArray, reallocarray),
      importOf("aligned_alloc", hookAlignedAlloc, std::aligned_alloc),
      importOf("posix_memalign", hookPosixMemalign, posix_memalign),
      importOf("_Znwm", hookNew<&O::plain>, operators.plain),
      importOf("_Znam", hookNew<&O::array>, operators.array),
      importOf("_ZnwmRKSt9nothrow_t", hookNew<&O::plain_or_null, const void*>, operators.plain_or_null),
      importOf("_ZnamRKSt9nothrow_t", hookNew<&O::array_or_null, const void*>, operators.array_or_null),
      importOf("_ZnwmSt11align_val_t", hookNew<&O::aligned, size_t>, operators.aligned),
      importOf("_ZnamSt11align_val_t", hookNew<&O::aligned_array, size_t>, operators.aligned_array),
      importOf("_ZnwmSt11align_val_tRKSt9nothrow_t", hookNew<&O::aligned_or_null, size_t, const void*>,
               operators.aligned_or_null),
      importOf("_ZnamSt11align_val_tRKSt9nothrow_t", hookNew<&O::aligned_array_or_null, size_t, const void*>,
               operators.aligned_array_or_null),
  };
  return {imports, sizeof imports / sizeof imports[0]};
}

void forgetBlock(const void* block) {
  blocks.erase(reinterpret_cast<uintptr_t>(block));
}

uint32_t allocationBehind(const void* data) {
  if (__atomic_load_n(&blocks_are_known, __ATOMIC_RELAXED) == 0) return 0;
  return blocks.find(reinterpret_cast<uintptr_t>(data));
}

uint32_t stackOfAllocation(uint32_t chain, IsolateState* state) {
  if (chain == 0) {
    bool said = !some_not_kept.load(std::memory_order_relaxed) ||
                told_some_not_kept.exchange(true, std::memory_order_relaxed);
    if (!said)
      tellCapability(kCapability, false,
                     "addons held too many blocks at once to remember where all of them were allocated");
    return 0;
  }
  uint32_t known = chains.stack(chain).load(std::memory_order_acquire);
  if (known != 0) return known;
  if (dropsStacks()) return 0;
  ChainTable::Chain told = chains.chain(chain);
  if (state != nullptr) state->told_modules.tell(told.addresses, told.count);
  uint32_t id = nextStackId();
  if (!defineNativeStack(id, told.addresses, told.count)) return 0;
  chains.stack(chain).store(id, std::memory_order_release);
  return id;
}

void tellAllocations(bool addons) {
  if (watched && addons) {
    bool all = operators.plain != nullptr && operators.aligned != nullptr;
    return tellCapability(
        kCapability, all,
        "what addons allocate by operator new is not known: the memory does not come back by free()");
  }
  const char* why = "this node or this C library cannot tell what an unwinder needs";
  if (process.options.native == 0)
    why = "only record --native takes the stack of the allocation behind one";
  else if (process.options.stack_depth == 0)
    why = "no stacks were asked for";
  else if (!addons)
    why = "node loads its addons in another way than is known";
  tellCapability(kCapability, false, why);
}

}  // namespace slabscope::preload
