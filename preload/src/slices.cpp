// SPDX-License-Identifier: Apache-2.0
#include "slices.h"

#include "slabscope/wire/death_log.h"
#include "stacks.h"
#include "thread.h"
#include "views.h"

namespace slabscope::preload {

namespace {

// In the id of an entry: the birth was dropped, so the death is nothing that the recording must know.
constexpr uint64_t kUntold = uint64_t{1} << 63;
// Ids of an isolate's slices have room for so many; an isolate's number has the 27 bits above them.
constexpr uint32_t kSliceNumberBits = 36;

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

void watch(IsolateState& state, SliceEntry* entry, napi_value view) {
  markView(state, view, SliceTable::numberOf(entry));
  entry->handle = globalize(state, view);
  v8_functions.makeWeak(entry->handle, entry, recordDeath, v8::WeakCallbackType::kParameter);
}

uint64_t parentOf(IsolateState& state, napi_value parent) {
  return state.slices.find(markOfView(state, parent), objectIn(parent)) & ~kUntold;
}

}  // namespace

void recordSlice(IsolateState& state, napi_value view, napi_value parent) {
  View found;
  if (!readView(state, view, found)) return;
  wire::Slice record{};
  uint8_t flags = 0;
  if (process.options.liveness != 0 && parent != nullptr && state.mark_field >= 0) {
    record.parent = parentOf(state, parent);
    flags = wire::kFlagParentKnown;
  }
  record.slice = static_cast<uint64_t>(state.id) << kSliceNumberBits | ++state.next_slice;
  record.store_address = found.data - found.offset;
  record.offset = found.offset;
  record.length = found.length;
  record.isolate = state.id;
  uint32_t stack = captureStack(&state, true);
  SliceEntry* entry = nullptr;
  if (process.options.liveness != 0) {
    entry = state.slices.insert(&state, record.slice);
    if (entry != nullptr) watch(state, entry, view);
  }
  record.header = headerOf(wire::RecordKind::kSlice, sizeof record, now(), stack, flags);
  if (!emit(record) && entry != nullptr) entry->id |= kUntold;
}

bool livenessAvailable() {
  return handlesAvailable() && v8_functions.makeWeak != nullptr;
}

}  // namespace slabscope::preload
