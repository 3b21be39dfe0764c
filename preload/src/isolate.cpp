// SPDX-License-Identifier: Apache-2.0
#include "isolate.h"

#include <cstring>

#include "process.h"
#include "thread.h"

namespace slabscope::preload {

namespace {

constexpr uint32_t kTableSize = 4096;  // isolates, and allocators, alive at once

struct AllocatorEntry {
  std::atomic<const void*> allocator;
  std::atomic<uint32_t> id;
  std::atomic<uint32_t> isolate;
  std::atomic<uint32_t> ended;
};

constinit std::atomic<IsolateState*> isolates[kTableSize];
constinit AllocatorEntry allocators[kTableSize];
constinit std::atomic<uint32_t> next_id;

uint32_t slotOf(const void* pointer) {
  return static_cast<uint32_t>((reinterpret_cast<uintptr_t>(pointer) >> 4) * 0x9E3779B97F4A7C15ULL >> 52);
}
static_assert(kTableSize == 1 << 12, "slotOf gives 12 bits");

void announce(uint32_t isolate, uint32_t allocator) {
  wire::IsolateStart record{};
  record.header = headerOf(wire::RecordKind::kIsolateStart, sizeof record, now());
  record.isolate = isolate;
  record.allocator = allocator;
  emit(record);
}

void giveIds(AllocatorEntry& entry) {
  uint32_t id = next_id.fetch_add(1, std::memory_order_relaxed);
  entry.id.store(id, std::memory_order_relaxed);
  entry.isolate.store(id, std::memory_order_relaxed);
  entry.ended.store(0, std::memory_order_release);
  announce(id, id);
}

// Only the thread that made an allocator allocates from it first, so an entry is never filled twice.
AllocatorEntry* findAllocator(const void* allocator) {
  AllocatorEntry* vacant = nullptr;
  uint32_t slot = slotOf(allocator);
  for (uint32_t probe = 0; probe < kTableSize; ++probe, slot = (slot + 1) % kTableSize) {
    AllocatorEntry& entry = allocators[slot];
    const void* found = entry.allocator.load(std::memory_order_acquire);
    bool ended = entry.ended.load(std::memory_order_acquire) != 0;
    if (found == allocator && !ended) return &entry;
    if (found != nullptr && !ended) continue;
    // Free, or of a worker that is gone; its own address may have come back with a new worker.
    if (vacant == nullptr) vacant = &entry;
    if (found == nullptr) break;
  }
  if (vacant == nullptr) return nullptr;
  const void* before = vacant->allocator.load(std::memory_order_acquire);
  if (!vacant->allocator.compare_exchange_strong(before, allocator, std::memory_order_acq_rel)) {
    return findAllocator(allocator);
  }
  giveIds(*vacant);
  return vacant;
}

void fillState(IsolateState& state, v8::Isolate* isolate) {
  const void* allocator = v8_functions.getArrayBufferAllocator != nullptr
                              ? v8_functions.getArrayBufferAllocator(isolate)
                              : nullptr;
  AllocatorIds ids = allocatorIds(allocator);
  state.id = ids.isolate;
  state.allocator = ids.allocator;
  state.thread = thread_state.thread;
  state.ended = false;
  state.next_slice = 0;
  state.node_thread = 0;
  // References die with their environment.
  state.on_serializer = state.real_release = state.real_post = state.gather_transfers = nullptr;
  state.serializer_known = false;
  state.plain_view = state.other_view = nullptr;
  state.plain_map = 0;
  state.view_words = {};
  state.slice_call = {};
  state.mark_field = -1;
  state.learns_views = false;
}

IsolateState* findIsolate(v8::Isolate* isolate) {
  uint32_t slot = slotOf(isolate);
  for (uint32_t probe = 0; probe < kTableSize; ++probe, slot = (slot + 1) % kTableSize) {
    IsolateState* state = isolates[slot].load(std::memory_order_acquire);
    if (state == nullptr) break;
    if (state->isolate.load(std::memory_order_acquire) != isolate) continue;
    // Another worker's isolate can come to live at the address of an ended one.
    if (state->ended && state->thread != thread_state.thread) continue;
    return state;
  }
  return nullptr;
}

// Takes the state of an isolate that is no more, or a new one. Only the isolate's own thread looks for it, so
// the rest may be filled in after the claim.
IsolateState* registerIsolate(v8::Isolate* isolate) {
  uint32_t slot = slotOf(isolate);
  for (uint32_t probe = 0; probe < kTableSize; ++probe, slot = (slot + 1) % kTableSize) {
    IsolateState* state = isolates[slot].load(std::memory_order_acquire);
    if (state == nullptr) {
      auto* fresh = static_cast<IsolateState*>(mapPages(sizeof(IsolateState)));
      if (fresh == nullptr) return nullptr;
      fresh->isolate.store(isolate, std::memory_order_relaxed);
      if (isolates[slot].compare_exchange_strong(state, fresh, std::memory_order_acq_rel)) {
        fillState(*fresh, isolate);
        return fresh;
      }
      unmapPages(fresh, sizeof(IsolateState));
    }
    v8::Isolate* nobody = nullptr;
    if (!state->isolate.compare_exchange_strong(nobody, isolate, std::memory_order_acq_rel)) continue;
    fillState(*state, isolate);
    return state;
  }
  return nullptr;
}

}  // namespace

IsolateState* currentIsolate() {
  v8::Isolate* isolate = v8_functions.tryGetCurrent();
  ThreadState& thread = thread_state;
  if (SLABSCOPE_LIKELY(isolate == thread.isolate_key)) return thread.isolate;
  IsolateState* state = nullptr;
  if (isolate != nullptr) {
    state = findIsolate(isolate);
    if (state == nullptr) state = registerIsolate(isolate);
  }
  thread.isolate_key = isolate;
  thread.isolate = state;
  return state;
}

v8::Address* globalize(const IsolateState& state, napi_value object) {
  v8::Isolate* isolate = state.isolate.load(std::memory_order_relaxed);
  auto* slot = reinterpret_cast<v8::Address*>(object);
  return v8_functions.globalizeObject != nullptr ? v8_functions.globalizeObject(isolate, *slot)
                                                 : v8_functions.globalizeSlot(isolate, slot);
}

bool handlesAvailable() {
  return (v8_functions.globalizeSlot != nullptr || v8_functions.globalizeObject != nullptr) &&
         v8_functions.disposeGlobal != nullptr;
}

AllocatorIds allocatorIds(const void* allocator) {
  ThreadState& thread = thread_state;
  if (SLABSCOPE_LIKELY(allocator == thread.allocator_key))
    return {thread.allocator, thread.allocator_isolate};
  AllocatorEntry* entry = findAllocator(allocator);
  thread.allocator_key = allocator;
  thread.allocator = entry != nullptr ? entry->id.load(std::memory_order_relaxed) : 0;
  thread.allocator_isolate = entry != nullptr ? entry->isolate.load(std::memory_order_relaxed) : 0;
  return {thread.allocator, thread.allocator_isolate};
}

bool usesNodeAllocator(const IsolateState& state) {
  if (v8_functions.getArrayBufferAllocator == nullptr) return true;
  const void* allocator = v8_functions.getArrayBufferAllocator(state.isolate.load(std::memory_order_relaxed));
  if (allocator == nullptr) return false;
  // An object begins with a pointer to its functions, which follow two words of the vtable (Itanium C++ ABI).
  void** functions;
  std::memcpy(&functions, allocator, sizeof functions);
  return functions == v8_functions.allocator_vtable + 2;
}

void endIsolate(IsolateState& state) {
  if (state.ended) return;
  state.ended = true;
  state.env = nullptr;
  wire::IsolateEnd record{};
  record.header = headerOf(wire::RecordKind::kIsolateEnd, sizeof record, now());
  record.isolate = state.id;
  record.allocator = state.allocator;
  emit(record);
  for (AllocatorEntry& entry : allocators) {
    if (entry.allocator.load(std::memory_order_acquire) != nullptr &&
        entry.id.load(std::memory_order_relaxed) == state.allocator) {
      entry.ended.store(1, std::memory_order_release);
    }
  }
}

void releaseIsolatesOf(uint32_t thread) {
  if (thread == 0) return;
  for (std::atomic<IsolateState*>& slot : isolates) {
    IsolateState* state = slot.load(std::memory_order_acquire);
    if (state == nullptr || !state->ended || state->thread != thread) continue;
    if (state->isolate.load(std::memory_order_relaxed) == nullptr) continue;
    state->stacks.release();
    state->fast_stacks.release();
    state->eval_origins.release();
    state->slices.release();
    if (state->scratch != nullptr) unmapPages(state->scratch, kMaxRecordBytes);
    state->scratch = nullptr;
    // The slot keeps the state, emptied: a probe chain must not break, and a late reader finds no isolate in
    // it.
    state->isolate.store(nullptr, std::memory_order_release);
  }
}

}  // namespace slabscope::preload
