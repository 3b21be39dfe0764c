// SPDX-License-Identifier: Apache-2.0
// The shared memory between the shim in node (producer) and the collector (consumer).
//
// One memfd per watched process, owned by the collector:
//
//   +--------------------+ 0
//   | ProcessHeader      |   one page
//   +--------------------+ kHeaderBytes
//   | RingHeader[0..N)   |   kRingHeaderBytes each
//   +--------------------+ kRingDataOffset
//   | ring 0 data        |   kRingBytes each; sparse: a page exists once it is written
//   | ring 1 data        |
//   +--------------------+ kDeathLogOffset
//   | DeathLog           |   deaths that found no room in a ring; sparse
//   +--------------------+ kMappingBytes
//
// Nothing here allocates, throws, or needs libstdc++ at run time: <atomic> and <cstdint> are used for their
// headers only.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace slabscope::wire {

/// "SLABWIRE" read as little-endian bytes; the first word of the mapping.
inline constexpr uint64_t kMagic = 0x4552495742414C53ULL;
/// Shim and collector come from one build; a mismatch means mixed installations and is refused by both.
inline constexpr uint32_t kVersion = 6;

inline constexpr uint32_t kRingCount = 512;
inline constexpr uint64_t kRingBytes = 2ULL << 20;
inline constexpr uint64_t kHeaderBytes = 4096;
inline constexpr uint64_t kRingHeaderBytes = 256;
inline constexpr uint64_t kRingDataOffset = kHeaderBytes + kRingCount * kRingHeaderBytes;
inline constexpr uint64_t kDeathLogOffset = kRingDataOffset + kRingCount * kRingBytes;
inline constexpr uint64_t kDeathLogEntries = 1 << 20;
inline constexpr uint64_t kDeathBytes = 16;
inline constexpr uint64_t kMappingBytes = kDeathLogOffset + kDeathLogEntries * kDeathBytes;

static_assert((kRingBytes & (kRingBytes - 1)) == 0, "positions are masked");
static_assert(kRingDataOffset % 4096 == 0, "ring data starts on a page");

/// How long, all in all, the threads of one process may wait for room in their rings (nanoseconds).
inline constexpr uint64_t kBlockBudgetNs = 1'000'000'000;
/// The end of a ring that is kept for the rare records that others need to be understood: marks, isolates,
/// what the process is. While events are dropped these still get through.
inline constexpr uint64_t kRareBytes = 64 << 10;
/// A collector whose heartbeat is older than this is looked at more closely (nanoseconds).
inline constexpr uint64_t kHeartbeatStaleNs = 2'000'000'000;

/// What `record` was asked for; written by the collector before the shim maps the memory.
struct Options {
  uint32_t stack_depth;  ///< frames kept per stack; 0 = no stacks
  uint8_t slices;        ///< 1: the agent reports slices
  uint8_t liveness;      ///< 1: the death of slices is recorded
  uint8_t native;        ///< 1: native frames above and beneath JavaScript were asked for
  uint8_t reserved;
};

/// Machine code of the process from `begin` up to `end`.
struct CodeRange {
  uint64_t begin;
  uint64_t end;
};

/// Whether the collector has found the functions of V8 that the shim cannot look up itself.
enum class CodeSearch : uint32_t { kRunning = 0, kFound = 1, kNotFound = 2 };

/// What was dropped, so that it can be said which numbers of a recording are too low.
enum class LossKind : uint32_t {
  kStoreBirth = 0,
  kStoreDeath = 1,
  kSliceBirth = 2,
  kSliceDeath = 3,
  kStack = 4,
  kOther = 5,
};
inline constexpr uint32_t kLossKinds = 6;

/// Dropped events by LossKind.
struct LossCounts {
  std::atomic<uint64_t> of[kLossKinds];
};

struct ProcessHeader {
  uint64_t magic;
  uint32_t version;
  uint32_t collector_pid;
  Options options;
  /// CLOCK_MONOTONIC nanoseconds of the collector's latest round: its sign of life.
  alignas(64) std::atomic<uint64_t> heartbeat_ns;
  /// 1 once the process has mapped this memory and records into it.
  alignas(64) std::atomic<uint32_t> attached;
  /// 1 once `exit` has begun (destructors run): the end of this process is an orderly one.
  std::atomic<uint32_t> exit_begun;
  /// Set by the collector to end the recording; by the shim when it found the collector dead.
  std::atomic<uint32_t> detached;
  /// 1 while the recording is paused: callers and the births of slices are left out then. Set by the
  /// collector.
  std::atomic<uint32_t> paused;
  /// The next thread number to give out. The first thread that records gets 1.
  std::atomic<uint32_t> next_thread;
  /// Rings from this number on were never claimed. Never goes back.
  std::atomic<uint32_t> rings_used;
  /// Nanoseconds spent waiting for room so far, against kBlockBudgetNs.
  std::atomic<uint64_t> blocked_ns;
  /// V8's functions that set address space aside: for any store that can grow in place, and for WebAssembly.
  /// Written by the collector before `code_search`, which it stores with release.
  CodeRange reserving_code;
  CodeRange wasm_reserving_code;
  std::atomic<CodeSearch> code_search;
  /// Events of threads that found no free ring (more than kRingCount at once).
  LossCounts lost_without_ring;
  /// The DeathLog: entries claimed by producers, and taken by the collector. Neither ever goes back.
  alignas(64) std::atomic<uint64_t> deaths_claimed;
  std::atomic<uint64_t> deaths_taken;
};
static_assert(sizeof(ProcessHeader) <= kHeaderBytes);

enum class RingState : uint32_t {
  kFree = 0,      ///< may be claimed by a thread
  kClaimed = 1,   ///< one thread writes to it
  kReleased = 2,  ///< its thread has ended; the collector frees it once it is drained
};

/// One ring has one producer (the thread that claimed it) and one consumer (the collector). `head` and `tail`
/// count bytes since the ring was made and never wrap; the position in the data is the count modulo
/// kRingBytes.
struct alignas(kRingHeaderBytes) RingHeader {
  alignas(64) std::atomic<uint64_t> head;  ///< written by the producer, release
  alignas(64) std::atomic<uint64_t> tail;  ///< written by the consumer, release
  alignas(64) std::atomic<uint32_t> state;
  uint32_t thread;                     ///< number of the thread that holds the ring, from 1
  LossCounts lost;                     ///< events dropped because the ring was full
  std::atomic<uint64_t> lost_first_t;  ///< CLOCK_MONOTONIC ns of the first drop of all and of the latest
  std::atomic<uint64_t> lost_last_t;
};
static_assert(sizeof(RingHeader) == kRingHeaderBytes);
static_assert(std::atomic<uint64_t>::is_always_lock_free);

inline RingHeader* ringHeader(void* mapping, uint32_t index) {
  return reinterpret_cast<RingHeader*>(static_cast<char*>(mapping) + kHeaderBytes + index * kRingHeaderBytes);
}

inline char* ringData(void* mapping, uint32_t index) {
  return static_cast<char*>(mapping) + kRingDataOffset + index * kRingBytes;
}

}  // namespace slabscope::wire
