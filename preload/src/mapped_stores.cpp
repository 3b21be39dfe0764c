// SPDX-License-Identifier: Apache-2.0
#include "mapped_stores.h"

#include <sys/mman.h>

#include <atomic>
#include <ctime>

#include "isolate.h"
#include "native_stacks.h"
#include "stacks.h"
#include "thread.h"

namespace slabscope::preload {

namespace {

// All reservations lie between these. Most pages that a process changes do not, and are passed over.
constinit std::atomic<uintptr_t> lowest{UINTPTR_MAX};
constinit std::atomic<uintptr_t> beyond{0};

// From V8's function down to mmap it is half a dozen frames; what called it for WebAssembly is next to it.
constexpr uint32_t kSearchedFrames = 16;

void widen(uintptr_t begin, uintptr_t end) {
  uintptr_t seen = lowest.load(std::memory_order_relaxed);
  while (begin < seen && !lowest.compare_exchange_weak(seen, begin, std::memory_order_relaxed)) {
  }
  seen = beyond.load(std::memory_order_relaxed);
  while (end > seen && !beyond.compare_exchange_weak(seen, end, std::memory_order_relaxed)) {
  }
}

bool mayHoldStores(uintptr_t begin, uintptr_t end) {
  return begin < beyond.load(std::memory_order_relaxed) && end > lowest.load(std::memory_order_relaxed);
}

bool codeIsKnown() {
  return process.header->code_search.load(std::memory_order_acquire) == wire::CodeSearch::kFound;
}

void recordReserved(uintptr_t address, size_t size, uint8_t flags) {
  IsolateState* state = currentIsolate();
  wire::StoreReserved record{};
  record.address = address;
  record.size = size;
  record.isolate = state != nullptr ? state->id : wire::kNoIsolate;
  record.allocator = state != nullptr ? state->allocator : 0;
  uint32_t stack = captureStack(state, false);
  record.header = headerOf(wire::RecordKind::kStoreReserved, sizeof record, nowAfterReads(), stack, flags);
  emit(record);
}

void recordChange(uintptr_t address, size_t size, wire::PagesChange change) {
  wire::PagesChanged record{};
  record.header = headerOf(wire::RecordKind::kPagesChanged, sizeof record, nowAfterReads(), 0,
                           static_cast<uint8_t>(change));
  record.address = address;
  record.size = size;
  emit(record);
}

}  // namespace

void onMapped(void* address, size_t size, int protection, int flags) {
  if (protection != PROT_NONE || address == MAP_FAILED || (flags & MAP_ANONYMOUS) == 0 || !recording())
    return;
  auto begin = reinterpret_cast<uintptr_t>(address);
  if ((flags & MAP_FIXED) != 0) {
    if (mayHoldStores(begin, begin + size)) recordChange(begin, size, wire::PagesChange::kDecommitted);
    return;
  }
  if (!codeIsKnown()) return;
  void* frames[kSearchedFrames];
  uint32_t count = walkNativeFrames(frames, kSearchedFrames);
  if (!calledFrom(process.header->reserving_code, frames, count)) return;
  bool wasm = calledFrom(process.header->wasm_reserving_code, frames, count);
  widen(begin, begin + size);
  recordReserved(begin, size, wasm ? wire::kFlagWasm : uint8_t{0});
}

void onProtected(void* address, size_t size, int protection) {
  auto begin = reinterpret_cast<uintptr_t>(address);
  if (!mayHoldStores(begin, begin + size) || !recording()) return;
  if (protection == PROT_NONE) {
    recordChange(begin, size, wire::PagesChange::kDecommitted);
  } else if (protection == (PROT_READ | PROT_WRITE)) {
    recordChange(begin, size, wire::PagesChange::kCommitted);
  }
}

void onUnmapping(void* address, size_t size) {
  auto begin = reinterpret_cast<uintptr_t>(address);
  if (mayHoldStores(begin, begin + size) && recording())
    recordChange(begin, size, wire::PagesChange::kReleased);
}

// The search began when this process attached and takes some ten milliseconds, less than node needs to come
// this far.
const char* whyNoMappedStores() {
  constexpr int kPatienceMs = 500;
  for (int waited = 0; waited < kPatienceMs; ++waited) {
    switch (process.header->code_search.load(std::memory_order_acquire)) {
      case wire::CodeSearch::kFound:
        return nativeStacksAvailable() ? nullptr : "libgcc_s.so.1 cannot be loaded";
      case wire::CodeSearch::kNotFound:
        return "this node has no symbol for V8's function that makes them";
      case wire::CodeSearch::kRunning:
        break;
    }
    timespec pause{0, 1'000'000};
    nanosleep(&pause, nullptr);
  }
  return "the collector did not find V8's function that makes them in time";
}

}  // namespace slabscope::preload
