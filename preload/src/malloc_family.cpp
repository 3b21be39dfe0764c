// SPDX-License-Identifier: Apache-2.0
// The malloc family, interposed and forwarded to whichever allocator comes next (glibc, jemalloc, mimalloc).
//
// Works from the first instruction on: the loader allocates before any constructor has run, and dlsym itself
// may allocate while the next functions are being looked up; that little comes from a static arena.
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "freed_stores.h"
#include "known_blocks.h"
#include "mapped_stores.h"
#include "next_functions.h"

// One line a function: result, name, parameters.
#define SLABSCOPE_MALLOC_FAMILY(X)                      \
  X(void*, malloc, (size_t))                            \
  X(void*, calloc, (size_t, size_t))                    \
  X(void*, realloc, (void*, size_t))                    \
  X(void*, reallocarray, (void*, size_t, size_t))       \
  X(void, free, (void*))                                \
  X(int, posix_memalign, (void**, size_t, size_t))      \
  X(void*, aligned_alloc, (size_t, size_t))             \
  X(void*, memalign, (size_t, size_t))                  \
  X(void*, valloc, (size_t))                            \
  X(void*, pvalloc, (size_t))                           \
  X(void*, mmap, (void*, size_t, int, int, int, off_t)) \
  X(int, munmap, (void*, size_t))                       \
  X(int, mprotect, (void*, size_t, int))                \
  X(void*, mremap, (void*, size_t, size_t, int, void*))

namespace {

struct Next {
#define DECLARE(result, name, parameters) result(*name) parameters;
  SLABSCOPE_MALLOC_FAMILY(DECLARE)
#undef DECLARE
};
constinit Next next{};
constinit bool looking_up = false;

[[gnu::noinline]] void lookUpAll() {
  looking_up = true;
#define LOOK_UP(result, name, parameters) slabscope::preload::lookUpNext(next.name, #name);
  SLABSCOPE_MALLOC_FAMILY(LOOK_UP)
#undef LOOK_UP
  looking_up = false;
}

/// What dlsym asks for while it looks up. Never given back.
class Arena {
 public:
  void* allocate(size_t size) {
    size_t whole = (size + 15) & ~size_t{15};
    if (whole < size || whole > sizeof bytes_ - used_) return nullptr;
    void* block = bytes_ + used_;
    used_ += whole;
    return block;
  }
  bool owns(const void* block) const {
    auto address = reinterpret_cast<uintptr_t>(block);
    auto start = reinterpret_cast<uintptr_t>(bytes_);
    return address >= start && address < start + sizeof bytes_;
  }
  /// How much may be read from a block on: up to the arena's end.
  size_t readableFrom(const void* block) const {
    return reinterpret_cast<uintptr_t>(bytes_) + sizeof bytes_ - reinterpret_cast<uintptr_t>(block);
  }

 private:
  alignas(16) char bytes_[16384];
  size_t used_;
};
constinit Arena arena{};

inline bool ready() {
  if (__builtin_expect(next.malloc != nullptr, 1)) return true;
  if (looking_up) return false;
  lookUpAll();
  return next.malloc != nullptr;
}

void* leaveArena(void* block, size_t size) {
  void* moved = next.malloc(size);
  if (moved == nullptr) return nullptr;
  size_t readable = arena.readableFrom(block);
  std::memcpy(moved, block, size < readable ? size : readable);
  return moved;
}

}  // namespace

extern "C" {

SLABSCOPE_EXPORT void* malloc(size_t size) {
  if (!ready()) return arena.allocate(size);
  return next.malloc(size);
}

SLABSCOPE_EXPORT void* calloc(size_t count, size_t size) {
  // The arena is static memory and never reused: zeroed as it stands.
  if (!ready()) return arena.allocate(count * size);
  return next.calloc(count, size);
}

SLABSCOPE_EXPORT void* realloc(void* block, size_t size) {
  if (!ready()) return nullptr;
  if (__builtin_expect(arena.owns(block), 0)) return leaveArena(block, size);
  slabscope::preload::onReleasing(block);
  return next.realloc(block, size);
}

SLABSCOPE_EXPORT void* reallocarray(void* block, size_t count, size_t size) {
  if (!ready()) return nullptr;
  size_t whole;
  if (__builtin_expect(arena.owns(block), 0) && !__builtin_mul_overflow(count, size, &whole)) {
    return leaveArena(block, whole);
  }
  slabscope::preload::onReleasing(block);
  return next.reallocarray(block, count, size);
}

SLABSCOPE_EXPORT void free(void* block) {
  if (__builtin_expect(arena.owns(block), 0) || !ready()) return;
  slabscope::preload::onReleasing(block);
  slabscope::preload::onFreeing(block);
  next.free(block);
}

SLABSCOPE_EXPORT int posix_memalign(void** block, size_t alignment, size_t size) {
  return ready() ? next.posix_memalign(block, alignment, size) : ENOMEM;
}

SLABSCOPE_EXPORT void* aligned_alloc(size_t alignment, size_t size) {
  return ready() ? next.aligned_alloc(alignment, size) : nullptr;
}

SLABSCOPE_EXPORT void* memalign(size_t alignment, size_t size) {
  return ready() ? next.memalign(alignment, size) : nullptr;
}

SLABSCOPE_EXPORT void* valloc(size_t size) {
  return ready() ? next.valloc(size) : nullptr;
}

SLABSCOPE_EXPORT void* pvalloc(size_t size) {
  return ready() ? next.pvalloc(size) : nullptr;
}

SLABSCOPE_EXPORT void* mmap(void* at, size_t size, int protection, int flags, int file, off_t offset) {
  if (ready()) {
    void* mapped = next.mmap(at, size, protection, flags, file, offset);
    slabscope::preload::onMapped(mapped, size, protection, flags);
    return mapped;
  }
  return reinterpret_cast<void*>(syscall(SYS_mmap, at, size, protection, flags, file, offset));
}

SLABSCOPE_EXPORT void* mmap64(void* at, size_t size, int protection, int flags, int file, off_t offset) {
  return mmap(at, size, protection, flags, file, offset);
}

SLABSCOPE_EXPORT int munmap(void* at, size_t size) {
  slabscope::preload::onUnmapping(at, size);
  return ready() ? next.munmap(at, size) : static_cast<int>(syscall(SYS_munmap, at, size));
}

SLABSCOPE_EXPORT int mprotect(void* at, size_t size, int protection) {
  int result = ready() ? next.mprotect(at, size, protection)
                       : static_cast<int>(syscall(SYS_mprotect, at, size, protection));
  if (result == 0) slabscope::preload::onProtected(at, size, protection);
  return result;
}

// Variadic in glibc; the last argument is read by the kernel only with MREMAP_FIXED, and passed on as it
// came.
SLABSCOPE_EXPORT void* mremap(void* at, size_t size, size_t new_size, int flags, void* new_at) {
  if (ready()) return next.mremap(at, size, new_size, flags, new_at);
  return reinterpret_cast<void*>(syscall(SYS_mremap, at, size, new_size, flags, new_at));
}

}  // extern "C"
