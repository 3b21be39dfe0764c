// SPDX-License-Identifier: Apache-2.0
// The ring of the current thread, and how a record gets into it.
#pragma once

#include <cstdint>
#include <cstring>

#include "process.h"
#include "slabscope/wire/records.h"
#include "slabscope/wire/ring.h"

namespace slabscope::preload {

struct IsolateState;
struct NativeStackCache;

struct ThreadState {
  wire::RingWriter ring;
  bool has_ring = false;
  bool in_record = false;   ///< a record is being written: whatever re-enters finds no room
  bool in_capture = false;  ///< a stack is being taken
  uint32_t thread = 0;
  // The isolate and the allocator met last, so that the tables are looked up once.
  const void* isolate_key = nullptr;
  IsolateState* isolate = nullptr;
  const void* allocator_key = nullptr;
  uint32_t allocator = 0;
  uint32_t allocator_isolate = 0;
  NativeStackCache* native_stacks = nullptr;
};

extern thread_local constinit ThreadState thread_state __attribute__((tls_model("initial-exec")));

/// Prepares what ends a thread's ring; once, at the start.
void initialiseThreads();

/// The rest of the two that follow.
char* beginRecordSlowly(uint64_t bytes, wire::LossKind kind);
char* beginDeathSlowly(uint64_t bytes, wire::LossKind kind, uint64_t t, uint64_t subject);

/// Where the thread has a ring and that has room, as nearly always; the ring is the caller's then.
inline char* tryBegin(uint64_t bytes, uint64_t spare) {
  ThreadState& thread = thread_state;
  if (SLABSCOPE_UNLIKELY(!thread.has_ring || thread.in_record)) return nullptr;
  char* at = thread.ring.reserve(bytes, spare);
  thread.in_record = at != nullptr;
  return at;
}

constexpr uint64_t spareFor(wire::LossKind kind) {
  return kind == wire::LossKind::kOther ? 0 : wire::kRareBytes;
}

/// Room for a record in this thread's ring, claiming one for the thread if need be. nullptr when the event
/// must be dropped; the loss is counted. Between beginRecord and endRecord nothing may re-enter.
inline char* beginRecord(uint64_t bytes, wire::LossKind kind) {
  char* at = tryBegin(bytes, spareFor(kind));
  return SLABSCOPE_LIKELY(at != nullptr) ? at : beginRecordSlowly(bytes, kind);
}
inline void endRecord(uint64_t bytes) {
  ThreadState& thread = thread_state;
  thread.ring.commit(bytes);
  thread.in_record = false;
}

/// beginRecord for the death of `subject` (see wire::Death). nullptr: there is nothing to write, the death
/// went another way to the collector or is counted as lost.
inline char* beginDeath(uint64_t bytes, wire::LossKind kind, uint64_t t, uint64_t subject) {
  char* at = tryBegin(bytes, wire::kRareBytes);
  return SLABSCOPE_LIKELY(at != nullptr) ? at : beginDeathSlowly(bytes, kind, t, subject);
}

/// True when a stack that were described now would be dropped: describing costs far more than recording. It
/// is counted then as if it had been.
bool dropsStacks();

constexpr wire::LossKind lossKindOf(wire::RecordKind kind) {
  switch (kind) {
    case wire::RecordKind::kStoreAlloc:
    case wire::RecordKind::kStoreReserved:
    case wire::RecordKind::kExternalAlloc:
      return wire::LossKind::kStoreBirth;
    case wire::RecordKind::kSlice:
    case wire::RecordKind::kSmallSlice:
      return wire::LossKind::kSliceBirth;
    case wire::RecordKind::kStack:
    case wire::RecordKind::kNativeStack:
      return wire::LossKind::kStack;
    default:
      return wire::LossKind::kOther;
  }
}

inline wire::RecordHeader headerOf(wire::RecordKind kind, uint64_t bytes, uint64_t t, uint32_t stack = 0,
                                   uint8_t flags = 0) {
  return {kind, flags, static_cast<uint16_t>(bytes / 8), stack, t};
}

/// Writes one fixed-size record, complete with its header. False when it was dropped, and counted.
template <class Record>
bool emit(const Record& record) {
  static_assert(sizeof(Record) % 8 == 0);
  char* at = beginRecord(sizeof(Record), lossKindOf(record.header.kind));
  if (at == nullptr) return false;
  std::memcpy(at, &record, sizeof(Record));
  endRecord(sizeof(Record));
  return true;
}

/// Writes the death of a store or a slice; `subject` as in wire::Death.
template <class Record>
void emitDeath(const Record& record, wire::LossKind kind, uint64_t subject) {
  char* at = beginDeath(sizeof(Record), kind, record.header.t, subject);
  if (at == nullptr) return;
  std::memcpy(at, &record, sizeof(Record));
  endRecord(sizeof(Record));
}

/// The longest record; RecordHeader::words could tell more, a stack needs no more.
inline constexpr size_t kMaxRecordBytes = 64 << 10;

constexpr uint64_t roundUpToWord(uint64_t bytes) {
  return (bytes + 7) & ~uint64_t{7};
}

/// Writes a record and the text that follows it; both together must fit kMaxRecordBytes. False when it was
/// dropped, and counted.
template <class Record>
bool emitWithText(Record record, const char* text, size_t bytes) {
  uint64_t whole = sizeof(Record) + roundUpToWord(bytes);
  record.header.words = static_cast<uint16_t>(whole / 8);
  char* at = beginRecord(whole, lossKindOf(record.header.kind));
  if (at == nullptr) return false;
  std::memcpy(at, &record, sizeof(Record));
  if (bytes != 0) std::memset(at + whole - 8, 0, 8);
  std::memcpy(at + sizeof(Record), text, bytes);
  endRecord(whole);
  return true;
}

}  // namespace slabscope::preload
