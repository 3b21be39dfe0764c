// SPDX-License-Identifier: Apache-2.0
#include "external_stores.h"

#include <atomic>
#include <cstring>

#include "allocations.h"
#include "capability.h"
#include "freed_stores.h"
#include "isolate.h"
#include "node_api_abi.h"
#include "slabscope/wire/death_log.h"
#include "stacks.h"
#include "thread.h"
#include "v8_abi.h"

namespace slabscope::preload {

namespace {

constinit std::atomic<uint64_t> last_external{0};

enum class Stage : uint32_t { kMaking, kAlive, kOver };

/// What the addon asked to have called at the end, kept where node has the addon's hint.
struct Ending {
  std::atomic<Stage> stage;
  uint64_t external;
  void (*function)();  ///< of the type that the maker says; may be null
  void* hint;
  uint32_t allocation;  ///< of the memory, see allocations.h
  Ending* next;         ///< in the list of free ones
};

// A stack of free endings. The upper bits count, so that one which came and went meanwhile is not mistaken
// for itself; addresses have 47 bits. Endings are never unmapped.
constinit std::atomic<uint64_t> free_endings{0};
constexpr uint64_t kAddressBits = (uint64_t{1} << 48) - 1;

Ending* endingIn(uint64_t head) {
  return reinterpret_cast<Ending*>(head & kAddressBits);
}

void giveBack(Ending* ending) {
  uint64_t head = free_endings.load(std::memory_order_relaxed);
  uint64_t mine;
  do {
    ending->next = endingIn(head);
    mine = reinterpret_cast<uint64_t>(ending) | ((head & ~kAddressBits) + kAddressBits + 1);
  } while (!free_endings.compare_exchange_weak(head, mine, std::memory_order_acq_rel));
}

bool addEndings() {
  constexpr size_t kBytes = 64 << 10;
  auto* fresh = static_cast<Ending*>(mapPages(kBytes));
  if (fresh == nullptr) return false;
  for (size_t index = 0; index < kBytes / sizeof(Ending); ++index) giveBack(fresh + index);
  return true;
}

Ending* takeEnding(const void* data, void (*function)(), void* hint) {
  for (;;) {
    uint64_t head = free_endings.load(std::memory_order_acquire);
    Ending* ending = endingIn(head);
    if (ending == nullptr) {
      if (!addEndings()) return nullptr;
      continue;
    }
    uint64_t rest = reinterpret_cast<uint64_t>(ending->next) | ((head & ~kAddressBits) + kAddressBits + 1);
    if (!free_endings.compare_exchange_weak(head, rest, std::memory_order_acq_rel)) continue;
    ending->stage.store(Stage::kMaking, std::memory_order_relaxed);
    ending->external = last_external.fetch_add(1, std::memory_order_relaxed) + 1;
    ending->function = function;
    ending->hint = hint;
    // Now, since the end of it may come before the maker returns.
    ending->allocation = allocationBehind(data);
    return ending;
  }
}

void recordAlloc(IsolateState* state, uint64_t external, const void* data, size_t size, uint32_t allocation) {
  uint32_t stack = captureStack(state, false);
  wire::ExternalAlloc record{};
  record.address = reinterpret_cast<uintptr_t>(data);
  record.size = size;
  record.external = external;
  record.isolate = state != nullptr ? state->id : wire::kNoIsolate;
  record.allocator = state != nullptr ? state->allocator : 0;
  if (allocationsWatched() && !paused()) record.allocated_at = stackOfAllocation(allocation, state);
  record.header = headerOf(wire::RecordKind::kExternalAlloc, sizeof record, nowAfterReads(), stack);
  emit(record);
}

// The store is there. Its end may have come already: node calls it at once where it does not need the memory.
void begin(Ending* ending, const void* data, size_t size) {
  recordAlloc(currentIsolate(), ending->external, data, size, ending->allocation);
  Stage making = Stage::kMaking;
  if (ending->stage.compare_exchange_strong(making, Stage::kAlive, std::memory_order_acq_rel)) return;
  recordExternalFree(ending->external);
  giveBack(ending);
}

// No store came of it. Where node may still call the end, the ending stays for ever: that is safe, and rare.
void abandon(Ending* ending, bool never_called) {
  if (never_called || ending->stage.load(std::memory_order_acquire) == Stage::kOver) giveBack(ending);
}

/// Tells the death, and calls the addon's own function by call(function, hint).
template <class Call>
void end(void* data, Call call) {
  auto* ending = static_cast<Ending*>(data);
  auto* function = ending->function;
  void* hint = ending->hint;
  uint64_t external = ending->external;
  // While it is being made its maker is not done with it yet, and gives it back.
  if (ending->stage.exchange(Stage::kOver, std::memory_order_acq_rel) == Stage::kAlive) {
    recordExternalFree(external);
    giveBack(ending);
  }
  if (function != nullptr) call(function, hint);
}

void endNapi(napi_env env, void* data, void* hint) {
  end(hint,
      [&](void (*function)(), void* own) { reinterpret_cast<napi_finalize>(function)(env, data, own); });
}

void endShared(void* data, void* hint) {
  end(hint,
      [&](void (*function)(), void* own) { reinterpret_cast<node_api_noenv_finalize>(function)(data, own); });
}

void endBuffer(char* data, void* hint) {
  end(hint,
      [&](void (*function)(), void* own) { reinterpret_cast<v8::BufferFreeCallback>(function)(data, own); });
}

void endBackingStore(void* data, size_t length, void* hint) {
  end(hint, [&](void (*function)(), void* own) {
    reinterpret_cast<v8::BackingStoreDeleter>(function)(data, length, own);
  });
}

/// An ending where there is something to record, else nullptr: then node is to be called as the addon does.
template <class Function>
Ending* endingFor(const void* data, size_t size, Function function, void* hint) {
  if (data == nullptr || size == 0 || !recording()) return nullptr;
  return takeEnding(data, reinterpret_cast<void (*)()>(function), hint);
}

napi_status settle(Ending* ending, napi_status status, const void* data, size_t size) {
  if (status == napi_ok) {
    begin(ending, data, size);
  } else {
    // With these node has not looked at the memory at all.
    abandon(ending, status == napi_invalid_arg || status == napi_no_external_buffers_allowed);
  }
  return status;
}

napi_status createExternalArrayBuffer(napi_env env, void* data, size_t size, napi_finalize finalize,
                                      void* hint, napi_value* result) {
  Ending* ending = endingFor(data, size, finalize, hint);
  if (ending == nullptr) return napi_create_external_arraybuffer(env, data, size, finalize, hint, result);
  return settle(ending, napi_create_external_arraybuffer(env, data, size, endNapi, ending, result), data,
                size);
}

napi_status createExternalBuffer(napi_env env, size_t size, void* data, napi_finalize finalize, void* hint,
                                 napi_value* result) {
  Ending* ending = endingFor(data, size, finalize, hint);
  if (ending == nullptr) return napi_create_external_buffer(env, size, data, finalize, hint, result);
  return settle(ending, napi_create_external_buffer(env, size, data, endNapi, ending, result), data, size);
}

napi_status createExternalShared(napi_env env, void* data, size_t size, node_api_noenv_finalize finalize,
                                 void* hint, napi_value* result) {
  Ending* ending = endingFor(data, size, finalize, hint);
  if (ending == nullptr)
    return node_api_create_external_sharedarraybuffer(env, data, size, finalize, hint, result);
  return settle(ending,
                node_api_create_external_sharedarraybuffer(env, data, size, endShared, ending, result), data,
                size);
}

void* newBuffer(v8::Isolate* isolate, char* data, size_t size, v8::BufferFreeCallback callback, void* hint) {
  Ending* ending = endingFor(data, size, callback, hint);
  if (ending == nullptr) return v8_functions.bufferNewExternal(isolate, data, size, callback, hint);
  void* buffer = v8_functions.bufferNewExternal(isolate, data, size, endBuffer, ending);
  if (buffer != nullptr) {
    begin(ending, data, size);
  } else {
    abandon(ending, false);
  }
  return buffer;
}

void* newOwnedBuffer(v8::Isolate* isolate, char* data, size_t size) {
  uint32_t allocation = allocationBehind(data);
  void* buffer = v8_functions.bufferNewOwned(isolate, data, size);
  if (buffer != nullptr && recording()) recordOwnedStore(currentIsolate(), data, size, allocation);
  return buffer;
}

void tellUnowned(const void* data, size_t size) {
  static constinit std::atomic<bool> told{false};
  if (data == nullptr || size == 0 || !recording() || told.exchange(true, std::memory_order_relaxed)) return;
  tellCapability(
      "unowned-stores", false,
      "an addon made stores of memory that it keeps itself (BackingStore::EmptyDeleter): nobody is "
      "told when these end, and they are not recorded");
}

template <auto Original>
void* newBackingStore(void* result, void* data, size_t size, v8::BackingStoreDeleter deleter, void* hint) {
  // V8 knows its own empty deleter and treats such memory otherwise: it belongs to nobody, and has no end.
  bool has_end = deleter != nullptr && deleter != v8_functions.emptyDeleter;
  if (!has_end) tellUnowned(data, size);
  Ending* ending = has_end ? endingFor(data, size, deleter, hint) : nullptr;
  if (ending == nullptr) return (v8_functions.*Original)(result, data, size, deleter, hint);
  (v8_functions.*Original)(result, data, size, endBackingStore, ending);
  begin(ending, data, size);
  return result;
}

template <class Function>
void* hookOf(bool present, Function hook) {
  return present ? reinterpret_cast<void*>(hook) : nullptr;
}

}  // namespace

ImportList externalImports() {
  const V8Functions& v8 = v8_functions;
  static const Import imports[] = {
      {"napi_create_external_arraybuffer",
       hookOf(napi_create_external_arraybuffer != nullptr, createExternalArrayBuffer), nullptr},
      {"napi_create_external_buffer", hookOf(napi_create_external_buffer != nullptr, createExternalBuffer),
       nullptr},
      {"node_api_create_external_sharedarraybuffer",
       hookOf(node_api_create_external_sharedarraybuffer != nullptr, createExternalShared), nullptr},
      {"_ZN4node6Buffer3NewEPN2v87IsolateEPcmPFvS4_PvES5_",
       hookOf(v8.bufferNewExternal != nullptr, newBuffer), nullptr},
      {"_ZN4node6Buffer3NewEPN2v87IsolateEPcm", hookOf(v8.bufferNewOwned != nullptr, newOwnedBuffer),
       nullptr},
      {"_ZN2v811ArrayBuffer15NewBackingStoreEPvmPFvS1_mS1_ES1_",
       hookOf(v8.newBackingStore != nullptr, newBackingStore<&V8Functions::newBackingStore>), nullptr},
      {"_ZN2v817SharedArrayBuffer15NewBackingStoreEPvmPFvS1_mS1_ES1_",
       hookOf(v8.newSharedBackingStore != nullptr, newBackingStore<&V8Functions::newSharedBackingStore>),
       nullptr},
  };
  return {imports, sizeof imports / sizeof imports[0]};
}

void recordOwnedStore(IsolateState* state, const void* data, size_t size, uint32_t allocation) {
  if (data == nullptr || size == 0) return;
  uint64_t external = last_external.fetch_add(1, std::memory_order_relaxed) + 1;
  // Nobody frees it before our caller has returned.
  if (watchFree(data, external)) {
    recordAlloc(state, external, data, size, allocation);
  } else {
    tellCapability("external-stores", false,
                   "there were too many at once to follow all of them to their end");
  }
}

void tellExternalStores(bool addons, bool serializers) {
  const char* seen = "none are recorded: node loads its addons in another way than is known";
  if (addons)
    seen = serializers
               ? "those of addons and of v8.serialize are recorded; those that node itself wraps inside "
                 "(results of crypto, small files of fs.promises.readFile from 26 on) are not"
               : "those of addons are recorded; those of v8.serialize, and what else node itself wraps "
                 "inside, are not";
  tellCapability("external-stores", false, seen);
}

void recordExternalFree(uint64_t external) {
  if (!recording()) return;
  wire::ExternalFree record{};
  record.header = headerOf(wire::RecordKind::kExternalFree, sizeof record, now());
  record.external = external;
  emitDeath(record, wire::LossKind::kStoreDeath, external | wire::kExternalSubject);
}

}  // namespace slabscope::preload
