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

/// Room for a record in this thread's ring, claiming one for the thread if need be. nullptr when the event
/// must be dropped; the loss is counted. Between beginRecord and endRecord nothing may re-enter.
char* beginRecord(uint64_t bytes, wire::LossKind kind);
void endRecord(uint64_t bytes);

/// beginRecord for the death of `subject` (see wire::Death). nullptr: there is nothing to write, the death
/// went another way to the collector or is counted as lost.
char* beginDeath(uint64_t bytes, wire::LossKind kind, uint64_t t, uint64_t subject);

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
