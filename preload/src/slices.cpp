// SPDX-License-Identifier: Apache-2.0
#include "slices.h"

#include <cstddef>
#include <cstring>
#include <new>

#include "stacks.h"
#include "thread.h"
#include "views.h"

namespace slabscope::preload {

namespace {

// In the id of an entry: the birth was dropped, so the death is nothing that the recording must know.
constexpr uint64_t kUntold = uint64_t{1} << 63;

// V8 takes the nodes of handles from a list that lies in memory as the last collection has left it, nine of
// ten next to the one before, forwards or backwards; by the time that they are taken they are cold.
void prefetchHandlesNear(const uintptr_t* handle) {
  constexpr ptrdiff_t kAhead = 8;
  __builtin_prefetch(handle + kAhead, 1);
  __builtin_prefetch(handle - kAhead, 1);
}

void watch(IsolateState& state, SliceEntry* entry, napi_value view) {
  markView(state, view, SliceTable::numberOf(entry));
  entry->handle = globalize(state, view);
  v8_functions.makeWeak(&entry->handle);
  prefetchHandlesNear(entry->handle);
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
  // In its place at once: copied from the stack, its small fields would have to be in memory before they
  // could be read again as wide ones, behind all that was written before.
  auto* record = new (at) wire::SmallSlice;
  record->header = headerOf(wire::RecordKind::kSmallSlice, bytes, now(), birth.stack, birth.flags);
  record->store_address = birth.view.data - birth.view.offset;
  record->slice = birth.slice;
  record->offset = static_cast<uint32_t>(birth.view.offset);
  record->length = static_cast<uint32_t>(birth.view.length);
  if (birth.parent != 0) std::memcpy(at + sizeof *record, &birth.parent, sizeof birth.parent);
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

void fetchForSlice(const IsolateState& state) {
  state.fast_stacks.fetchExpected();
  state.slices.fetchFree();
  __builtin_prefetch(&thread_state, 1);
  __builtin_prefetch(&process_clock);
}

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
    entry = state.slices.insert(birth.slice);
    if (entry != nullptr) watch(state, entry, view);
  }
  const bool small = (found.offset | found.length) <= UINT32_MAX;
  const bool told = SLABSCOPE_LIKELY(small) ? tellSmall(birth) : tell(birth, state.id);
  if (!told && entry != nullptr) entry->id |= kUntold;
}

void tellDeadSlices(IsolateState& state, v8::GCType type) {
  if (type != v8::kGCTypeScavenge && type != v8::kGCTypeMinorMarkSweep && type != v8::kGCTypeMarkSweepCompact)
    return;
  // Only a scavenge moves all that it leaves young.
  const auto collection =
      type == v8::kGCTypeScavenge ? SliceTable::Collection::kScavenge : SliceTable::Collection::kFull;
  const bool told = recording();
  state.slices.removeDead(collection, [&](uint64_t id) {
    if (told && (id & kUntold) == 0) state.deaths.add(id);
  });
  state.deaths.end();
}

bool livenessAvailable() {
  return handlesAvailable() && v8_functions.makeWeak != nullptr;
}

}  // namespace slabscope::preload
