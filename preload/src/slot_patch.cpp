// SPDX-License-Identifier: Apache-2.0
#include "slot_patch.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

#include "memory_map.h"

namespace slabscope::preload {

namespace {

// Two patches of one page must not restore its protection under one another.
constinit pthread_mutex_t patching = PTHREAD_MUTEX_INITIALIZER;

bool setProtection(void** slot, int protection) {
  auto page_size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  uintptr_t page = reinterpret_cast<uintptr_t>(slot) & ~(page_size - 1);
  return syscall(SYS_mprotect, page, page_size, protection) == 0;
}

bool patchLocked(void** slot, void* value, void** original) {
  int protection = protectionOf(slot);
  if (protection < 0) return false;
  bool writable = (protection & PROT_WRITE) != 0;
  if (!writable && !setProtection(slot, protection | PROT_WRITE)) return false;
  std::atomic_ref<void*> word(*slot);
  *original = word.load(std::memory_order_relaxed);
  word.store(value, std::memory_order_release);
  return writable || setProtection(slot, protection);
}

}  // namespace

bool patchSlot(void** slot, void* value, void** original) {
  pthread_mutex_lock(&patching);
  bool done = patchLocked(slot, value, original);
  pthread_mutex_unlock(&patching);
  return done;
}

}  // namespace slabscope::preload
