// SPDX-License-Identifier: Apache-2.0
#include "slices.h"

#include <cstring>

#include "stacks.h"
#include "thread.h"
#include "views.h"

namespace slabscope::preload {

namespace {

// In the id of an entry: the birth was dropped, so the death is nothing that the recording must know.
constexpr uint64_t kUntold = uint64_t{1} << 63;

// First-pass weak callback: the collection has found the object dead. The handle must be disposed of here,
// and nothing of V8 may be called but that.
void recordDeath(const v8::WeakCallbackInfo<void>& info) {
  auto* entry = static_cast<SliceEntry*>(info.parameter);
  IsolateState* state = SliceTable::ownerOf(entry);
  v8_functions.disposeGlobal(entry->handle);
  if (recording() && (entry->id & kUntold) == 0) state->deaths.add(entry->id);
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

struct Birth {
  View view;
  uint64_t slice;
  uint64_t parent;
  uint32_t stack;
  uint8_t flags;
};

bool tellSmall(const Birth& birth) {
  const uint64_t bytes = sizeof(wire::SmallSlice) + (birth.parent != 0 ? sizeof birth.parent : 0);
  char* at = beginRecord(bytes, wire::LossKind::kSliceBirth);
  if (SLABSCOPE_UNLIKELY(at == nullptr)) return false;
  const wire::SmallSlice record{
      headerOf(wire::RecordKind::kSmallSlice, bytes, now(), birth.stack, birth.flags),
      birth.view.data - birth.view.offset, birth.slice, static_cast<uint32_t>(birth.view.offset),
      static_cast<uint32_t>(birth.view.length)};
  std::memcpy(at, &record, sizeof record);
  if (birth.parent != 0) std::memcpy(at + sizeof record, &birth.parent, sizeof birth.parent);
  endRecord(bytes);
  return true;
}

[[gnu::noinline]] bool tell(const Birth& birth, uint32_t isolate) {
  wire::Slice record{};
  record.header = headerOf(wire::RecordKind::kSlice, sizeof record, now(), birth.stack, birth.flags);
  record.store_address = birth.view.data - birth.view.offset;
  record.offset = birth.view.offset;
  record.length = birth.view.length;
  record.slice = birth.slice;
  record.parent = birth.parent;
  record.isolate = isolate;
  return emit(record);
}

}  // namespace

void recordSlice(IsolateState& state, napi_value view, napi_value parent) {
  View found;
  if (!readView(state, view, found)) return;
  Birth birth{};
  birth.view = found;
  if (process.options.liveness != 0 && parent != nullptr && state.mark_field >= 0) {
    birth.parent = parentOf(state, parent);
    birth.flags = wire::kFlagParentKnown;
  }
  birth.slice = static_cast<uint64_t>(state.id) << wire::kSliceNumberBits | ++state.next_slice;
  birth.stack = captureStack(&state, true);
  SliceEntry* entry = nullptr;
  if (process.options.liveness != 0) {
    entry = state.slices.insert(&state, birth.slice);
    if (entry != nullptr) watch(state, entry, view);
  }
  const bool small = (found.offset | found.length) <= UINT32_MAX;
  const bool told = SLABSCOPE_LIKELY(small) ? tellSmall(birth) : tell(birth, state.id);
  if (!told && entry != nullptr) entry->id |= kUntold;
}

bool livenessAvailable() {
  return handlesAvailable() && v8_functions.makeWeak != nullptr;
}

}  // namespace slabscope::preload
