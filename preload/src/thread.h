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
  bool in_record = false;   ///< a record is being written: whatever re-enters is dropped and counted
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
char* beginRecord(uint64_t bytes);
void endRecord(uint64_t bytes);

inline wire::RecordHeader headerOf(wire::RecordKind kind, uint64_t bytes, uint64_t t, uint32_t stack = 0,
                                   uint8_t flags = 0) {
  return {kind, flags, static_cast<uint16_t>(bytes / 8), stack, t};
}

/// Writes one fixed-size record, complete with its header.
template <class Record>
void emit(const Record& record) {
  static_assert(sizeof(Record) % 8 == 0);
  char* at = beginRecord(sizeof(Record));
  if (at == nullptr) return;
  std::memcpy(at, &record, sizeof(Record));
  endRecord(sizeof(Record));
}

/// The longest record; RecordHeader::words could tell more, a stack needs no more.
inline constexpr size_t kMaxRecordBytes = 64 << 10;

constexpr uint64_t roundUpToWord(uint64_t bytes) {
  return (bytes + 7) & ~uint64_t{7};
}

/// Writes a record and the text that follows it; both together must fit kMaxRecordBytes.
template <class Record>
void emitWithText(Record record, const char* text, size_t bytes) {
  uint64_t whole = sizeof(Record) + roundUpToWord(bytes);
  record.header.words = static_cast<uint16_t>(whole / 8);
  char* at = beginRecord(whole);
  if (at == nullptr) return;
  std::memcpy(at, &record, sizeof(Record));
  if (bytes != 0) std::memset(at + whole - 8, 0, 8);
  std::memcpy(at + sizeof(Record), text, bytes);
  endRecord(whole);
}

}  // namespace slabscope::preload
