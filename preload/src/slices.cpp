// SPDX-License-Identifier: Apache-2.0
#include "slices.h"

#include "slabscope/wire/death_log.h"
#include "stacks.h"
#include "thread.h"

namespace slabscope::preload {

namespace {

using v8::Address;

// In the id of an entry: the birth was dropped, so the death is nothing that the recording must know.
constexpr uint64_t kUntold = uint64_t{1} << 63;
// Ids of an isolate's slices have room for so many; an isolate's number has the 27 bits above them.
constexpr uint32_t kSliceNumberBits = 36;

Address objectIn(napi_value value) {
  return *reinterpret_cast<Address*>(value);
}

// First-pass weak callback: the collection has found the object dead. The handle must be disposed of here,
// and nothing of V8 may be called but that.
void recordDeath(const v8::WeakCallbackInfo<void>& info) {
  auto* entry = static_cast<SliceEntry*>(info.parameter);
  IsolateState* state = SliceTable::ownerOf(entry);
  v8_functions.disposeGlobal(entry->handle);
  if (recording() && (entry->id & kUntold) == 0) {
    wire::SliceFree record{};
    record.header = headerOf(wire::RecordKind::kSliceFree, sizeof record, state->death_clock.tell());
    record.slice = entry->id;
    emitDeath(record, wire::LossKind::kSliceDeath, entry->id | wire::kSliceSubject);
  }
  state->slices.remove(entry);
}

void watch(const IsolateState& state, SliceEntry* entry, napi_value view) {
  entry->handle = globalize(state, view);
  v8_functions.makeWeak(entry->handle, entry, recordDeath, v8::WeakCallbackType::kParameter);
}

uint64_t parentOf(IsolateState& state, napi_value parent) {
  void* data = nullptr;
  if (napi_get_typedarray_info(state.env, parent, nullptr, nullptr, &data, nullptr, nullptr) != napi_ok)
    return 0;
  return state.slices.find(reinterpret_cast<uintptr_t>(data), objectIn(parent)) & ~kUntold;
}

}  // namespace

void recordSlice(IsolateState& state, napi_value view, napi_value parent) {
  size_t length = 0;
  size_t offset = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(state.env, view, nullptr, &length, &data, nullptr, &offset) != napi_ok) return;
  wire::Slice record{};
  uint8_t flags = 0;
  if (process.options.liveness != 0 && parent != nullptr) {
    record.parent = parentOf(state, parent);
    flags = wire::kFlagParentKnown;
  }
  record.slice = static_cast<uint64_t>(state.id) << kSliceNumberBits | ++state.next_slice;
  record.store_address = reinterpret_cast<uintptr_t>(data) - offset;
  record.offset = offset;
  record.length = length;
  record.isolate = state.id;
  uint32_t stack = captureStack(&state, true);
  SliceEntry* entry = nullptr;
  if (process.options.liveness != 0) {
    entry = state.slices.insert(&state, record.slice, reinterpret_cast<uintptr_t>(data));
    if (entry != nullptr) watch(state, entry, view);
  }
  record.header = headerOf(wire::RecordKind::kSlice, sizeof record, now(), stack, flags);
  if (!emit(record) && entry != nullptr) entry->id |= kUntold;
}

bool livenessAvailable() {
  return handlesAvailable() && v8_functions.makeWeak != nullptr;
}

}  // namespace slabscope::preload
