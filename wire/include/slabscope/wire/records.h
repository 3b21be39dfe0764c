// SPDX-License-Identifier: Apache-2.0
// The records that travel through a ring. A record is a whole number of 8-byte words and never wraps: where
// the rest of the ring is too short for one, a Pad record fills it.
//
// Times are CLOCK_MONOTONIC nanoseconds. A free is stamped and committed before it is forwarded to the
// allocator, an allocation after: so an address that is reused is never seen alive twice.
#pragma once

#include <cstdint>

namespace slabscope::wire {

enum class RecordKind : uint8_t {
  kPad = 0,
  kStoreAlloc = 1,
  kStoreFree = 2,
  kSlice = 3,
  kSliceFree = 4,
  kStack = 5,
  kNativeStack = 6,
  kGcBegin = 7,
  kGcEnd = 8,
  kMemory = 9,
  kMark = 10,
  kIsolateStart = 11,
  kIsolateEnd = 12,
  kRuntimeInfo = 13,
  kCapability = 14,
  kEvalOrigin = 15,
  kStoreReserved = 16,
  kPagesChanged = 17,
  kExternalAlloc = 18,
  kExternalFree = 19,
  kStoreMove = 20,
  kThreadKnown = 21,
  kModule = 22,
  kSmallSlice = 23,
  kSliceDeaths = 24,
};

/// The first two words of every record.
struct RecordHeader {
  RecordKind kind;
  uint8_t flags;   ///< by kind, below
  uint16_t words;  ///< length of the whole record, this header included, in 8-byte words
  uint32_t stack;  ///< the stack at the event (kStack and kNativeStack: the id being defined); 0 = none
  uint64_t t;
};
static_assert(sizeof(RecordHeader) == 16);

/// The isolate of an event that happened where none was entered.
inline constexpr uint32_t kNoIsolate = 0xffffffff;

/// Slice::header.flags: the Buffer that this one was made from is known: `parent` is its id, or 0 if that
/// Buffer is itself no slice. Without this flag the parent is to be found from the byte ranges.
inline constexpr uint8_t kFlagParentKnown = 1;

struct StoreAlloc {
  RecordHeader header;
  uint64_t address;
  uint64_t size;
  uint32_t isolate;  ///< kNoIsolate when none was entered
  uint32_t allocator;
};

struct StoreFree {
  RecordHeader header;
  uint64_t address;
};

/// StoreReserved::header.flags: WebAssembly memory; else a resizable ArrayBuffer or growable
/// SharedArrayBuffer.
inline constexpr uint8_t kFlagWasm = 1;

/// Address space was set aside for a store that can grow in place. The store begins where the first of these
/// pages is committed, which a PagesChanged tells.
struct StoreReserved {
  RecordHeader header;
  uint64_t address;
  uint64_t size;
  uint32_t isolate;  ///< kNoIsolate when none was entered
  uint32_t allocator;
};

enum class PagesChange : uint8_t {
  kReleased = 0,     ///< given back to the kernel; stamped and committed before
  kCommitted = 1,    ///< made readable and writable
  kDecommitted = 2,  ///< no longer accessible
};

/// header.flags is a PagesChange. Told for pages near those of a StoreReserved; whether they are its own is
/// for the reader to find out.
struct PagesChanged {
  RecordHeader header;
  uint64_t address;
  uint64_t size;
};

/// Memory that is none of V8's nor of node's allocator became a store. Several may begin at one address, for
/// a program may wrap the same memory more than once: what tells them apart is `external`.
struct ExternalAlloc {
  RecordHeader header;
  uint64_t address;
  uint64_t size;
  uint64_t external;  ///< id, unique in the process, never 0
  uint32_t isolate;   ///< kNoIsolate when none was entered
  uint32_t allocator;
  uint32_t allocated_at;  ///< the stack that allocated the memory; 0 = not known
  uint32_t reserved;
};

/// Its memory is about to be handed back to whoever made it.
struct ExternalFree {
  RecordHeader header;
  uint64_t external;
};

/// StoreMove::thread of a message to the thread that started this one.
inline constexpr int64_t kParentThread = -1;

/// The store that begins at `address` is about to be handed to another isolate; committed before. If that
/// fails, one more brings it back.
struct StoreMove {
  RecordHeader header;
  uint64_t address;
  int64_t thread;    ///< as Node counts threads (worker.threadId), or kParentThread
  uint32_t isolate;  ///< that has it now
  uint32_t reserved;
};

/// Which thread of Node's an isolate is, or which isolate started a thread.
struct ThreadKnown {
  RecordHeader header;
  int64_t thread;
  uint32_t isolate;
  uint32_t is_parent;  ///< 1: `isolate` started `thread`; 0: it runs on it
};

struct Slice {
  RecordHeader header;
  uint64_t store_address;  ///< where the ArrayBuffer's bytes begin
  uint64_t offset;         ///< byteOffset of the Buffer in it
  uint64_t length;         ///< byteLength of the Buffer
  uint64_t slice;          ///< id, unique in the process, never 0
  uint64_t parent;
  uint32_t isolate;
  uint32_t reserved;
};

struct SliceFree {
  RecordHeader header;
  uint64_t slice;
};

/// Of the id of a slice the number of its isolate is above so many bits.
inline constexpr uint32_t kSliceNumberBits = 36;

/// As Slice, where offset and length are small: nearly always. Where the record is a word longer, the id of
/// the parent follows; else it is 0.
struct SmallSlice {
  RecordHeader header;
  uint64_t store_address;
  uint64_t slice;
  uint32_t offset;
  uint32_t length;
};

/// Slices that a collection has found dead one after the other. header.stack is how many they are, at least
/// one; after the first id, for each of the others, what it is above the one before (int32_t), then zeros up
/// to a word.
struct SliceDeaths {
  RecordHeader header;
  uint64_t first;
};
inline constexpr uint32_t kMaxSliceDeaths = 64;

/// kNative: no names, but the return address (uint64_t) as the text of the function.
enum class FrameKind : uint8_t { kJs = 0, kBuiltin = 1, kWasm = 2, kNative = 3 };

/// Stack::header.flags: outer frames were left out because the record would have grown too long.
inline constexpr uint8_t kFlagTruncated = 1;
/// Stack::header.flags: native frames were asked for, and the outermost ones could not be found.
inline constexpr uint8_t kFlagNativeEndsEarly = 2;
/// Stack::header.flags: native frames between two runs of JavaScript were left out.
inline constexpr uint8_t kFlagNativeBetweenMissing = 4;

/// Defines header.stack. `frame_count` Frames follow, innermost first.
struct Stack {
  RecordHeader header;
  uint32_t isolate;
  uint32_t frame_count;
};

/// Followed by function_bytes + file_bytes of UTF-8, then zeros up to a word.
struct Frame {
  uint32_t line;    ///< 1-based, of the call; 0 = unknown
  uint32_t column;  ///< 1-based, UTF-16 code units as in Node's own stacks; 0 = unknown
  uint16_t function_bytes;
  uint16_t file_bytes;
  FrameKind kind;
  uint8_t reserved[3];
  /// Not 0: code without a file, and the text that stands for the file comes later, in an EvalOrigin of this
  /// isolate.
  uint32_t script;
  uint32_t reserved2;
};
static_assert(sizeof(Frame) == 24);

/// The text for a script that a Frame left open: `bytes` of UTF-8 follow.
struct EvalOrigin {
  RecordHeader header;
  uint32_t isolate;
  uint32_t script;
  uint32_t bytes;
  uint32_t reserved;
};

/// Defines header.stack. `frame_count` return addresses (uint64_t) follow, innermost first.
struct NativeStack {
  RecordHeader header;
  uint32_t frame_count;
  uint32_t reserved;
};

/// A module whose code stands in a stack that follows. `bytes` of its file's absolute path follow.
struct Module {
  RecordHeader header;
  uint64_t begin;  ///< the addresses that it takes
  uint64_t end;
  uint64_t bias;  ///< address in the process less address in the file
  uint64_t inode;
  uint32_t bytes;
  uint32_t reserved;
};

/// v8::GCType, v8-callbacks.h: scavenge 1, minor mark-sweep 2, mark-compact 4, incremental 8, weak
/// callbacks 16.
struct Gc {
  RecordHeader header;
  uint32_t isolate;
  uint32_t type;
};

/// process.memoryUsage(), in bytes.
struct Memory {
  RecordHeader header;
  uint32_t isolate;
  uint32_t reserved;
  uint64_t rss;
  uint64_t heap_total;
  uint64_t heap_used;
  uint64_t external;
  uint64_t array_buffers;
};

/// `bytes` of UTF-8 follow.
struct Mark {
  RecordHeader header;
  uint32_t isolate;
  uint32_t bytes;
};

struct IsolateStart {
  RecordHeader header;
  uint32_t isolate;
  uint32_t allocator;
};

/// The environment of the isolate is being torn down; what is freed by this allocator from here on is
/// teardown.
struct IsolateEnd {
  RecordHeader header;
  uint32_t isolate;
  uint32_t allocator;
};

enum class RuntimeKey : uint32_t { kNodeVersion = 1, kV8Version = 2, kPoolSize = 3 };

/// `bytes` of UTF-8 follow.
struct RuntimeInfo {
  RecordHeader header;
  RuntimeKey key;
  uint32_t bytes;
};

/// A capability was found to be there or to be missing. name_bytes of its name, then detail_bytes that say
/// why, follow.
struct Capability {
  RecordHeader header;
  uint32_t present;
  uint16_t name_bytes;
  uint16_t detail_bytes;
};

}  // namespace slabscope::wire
