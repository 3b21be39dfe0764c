// SPDX-License-Identifier: Apache-2.0
#include "store_hooks.h"

#include "isolate.h"
#include "slot_patch.h"
#include "stacks.h"
#include "thread.h"
#include "v8_abi.h"

namespace slabscope::preload {

namespace {

using Allocate = void* (*)(void* self, size_t size);
using Free = void (*)(void* self, void* data, size_t size);
using Reallocate = void* (*)(void* self, void* data, size_t old_size, size_t new_size);

struct Originals {
  Allocate allocate;
  Allocate allocate_uninitialized;
  Free free;
  Reallocate reallocate;
};
constinit Originals originals{};

void recordAlloc(void* self, void* data, size_t size) {
  if (data == nullptr || !recording()) return;
  IsolateState* state = currentIsolate();
  AllocatorIds ids = allocatorIds(self);
  uint32_t stack = captureStack(state, false);
  wire::StoreAlloc record{};
  record.address = reinterpret_cast<uintptr_t>(data);
  record.size = size;
  record.isolate = state != nullptr ? state->id : ids.isolate;
  record.allocator = ids.allocator;
  record.header = headerOf(wire::RecordKind::kStoreAlloc, sizeof record, nowAfterReads(), stack);
  emit(record);
}

// Before the memory goes back: from then on another thread may be given it.
void recordFree(void* data) {
  if (data == nullptr || !recording()) return;
  wire::StoreFree record{};
  record.header = headerOf(wire::RecordKind::kStoreFree, sizeof record, now());
  record.address = reinterpret_cast<uintptr_t>(data);
  emitDeath(record, wire::LossKind::kStoreDeath, record.address);
}

void* allocate(void* self, size_t size) {
  void* data = originals.allocate(self, size);
  recordAlloc(self, data, size);
  return data;
}

void* allocateUninitialized(void* self, size_t size) {
  void* data = originals.allocate_uninitialized(self, size);
  recordAlloc(self, data, size);
  return data;
}

void freeStore(void* self, void* data, size_t size) {
  recordFree(data);
  originals.free(self, data, size);
}

// If the allocator cannot give the new size, the old store lives on: it is born again in the recording.
void* reallocate(void* self, void* data, size_t old_size, size_t new_size) {
  recordFree(data);
  void* moved = originals.reallocate(self, data, old_size, new_size);
  if (moved != nullptr) {
    recordAlloc(self, moved, new_size);
  } else if (new_size != 0) {
    recordAlloc(self, data, old_size);
  }
  return moved;
}

// Ten slots hold everything that any Node's allocator has: the offset to top, the type, two destructors, the
// functions.
constexpr size_t kSearchedSlots = 12;

void** findSlot(void (*function)()) {
  if (function == nullptr) return nullptr;
  for (size_t index = 0; index < kSearchedSlots; ++index) {
    void** slot = v8_functions.allocator_vtable + index;
    if (*slot == reinterpret_cast<void*>(function)) return slot;
  }
  return nullptr;
}

struct Patch {
  void** slot;
  void* hook;
  void** original;
};

bool apply(const Patch& patch) {
  return patchSlot(patch.slot, patch.hook, patch.original);
}

}  // namespace

const char* hookStores() {
  Patch patches[] = {
      {findSlot(v8_functions.allocatorAllocate), reinterpret_cast<void*>(&allocate),
       reinterpret_cast<void**>(&originals.allocate)},
      {findSlot(v8_functions.allocatorAllocateUninitialized), reinterpret_cast<void*>(&allocateUninitialized),
       reinterpret_cast<void**>(&originals.allocate_uninitialized)},
      {findSlot(v8_functions.allocatorFree), reinterpret_cast<void*>(&freeStore),
       reinterpret_cast<void**>(&originals.free)},
  };
  for (const Patch& patch : patches) {
    if (patch.slot == nullptr)
      return "the functions of node's allocator are not where its vtable should have them";
  }
  if (v8_functions.getStackSample == nullptr) return "this V8 does not export GetStackSample";
  for (const Patch& patch : patches) {
    if (!apply(patch)) return "the vtable of node's allocator cannot be written";
  }
  // Node 18's allocator moves blocks itself; later ones inherit a function that calls the other slots.
  Patch move{findSlot(v8_functions.allocatorReallocate), reinterpret_cast<void*>(&reallocate),
             reinterpret_cast<void**>(&originals.reallocate)};
  if (move.slot != nullptr && !apply(move)) return "the vtable of node's allocator cannot be written";
  return nullptr;
}

}  // namespace slabscope::preload
