// SPDX-License-Identifier: Apache-2.0
#include "thread.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "isolate.h"
#include "native_stacks.h"
#include "slabscope/wire/death_log.h"
#include "slabscope/wire/ring_claim.h"

namespace slabscope::preload {

thread_local constinit ThreadState thread_state;

namespace {

pthread_key_t thread_end_key;

/// A hook must leave errno as the program's own call set it.
class KeepErrno {
 public:
  KeepErrno() : value_(errno) {}
  ~KeepErrno() { errno = value_; }
  KeepErrno(const KeepErrno&) = delete;
  KeepErrno& operator=(const KeepErrno&) = delete;

 private:
  int value_;
};

void countLoss(const ThreadState& thread, wire::LossKind kind) {
  auto index = static_cast<uint32_t>(kind);
  if (!thread.has_ring) {
    process.header->lost_without_ring.of[index].fetch_add(1, std::memory_order_relaxed);
    return;
  }
  wire::RingHeader* ring = thread.ring.header();
  uint64_t t = now();
  if (ring->lost_first_t.load(std::memory_order_relaxed) == 0)
    ring->lost_first_t.store(t, std::memory_order_relaxed);
  ring->lost_last_t.store(t, std::memory_order_relaxed);
  // Last: who sees the count sees the times.
  ring->lost.of[index].fetch_add(1, std::memory_order_release);
}

// POSIX runs key destructors again (up to four rounds) if a later destructor makes the thread record once
// more and so claim another ring.
void endThread(void*) {
  ThreadState& thread = thread_state;
  releaseIsolatesOf(thread.thread);
  freeNativeStackCache(thread.native_stacks);
  thread.native_stacks = nullptr;
  if (!thread.has_ring) return;
  thread.has_ring = false;
  if (recording()) {
    thread.ring.header()->state.store(static_cast<uint32_t>(wire::RingState::kReleased),
                                      std::memory_order_release);
  }
}

bool claimRing(ThreadState& thread) {
  const uint32_t index = wire::claimRing(process.mapping);
  if (index == wire::kRingCount) return false;
  wire::RingHeader* header = wire::ringHeader(process.mapping, index);
  if (thread.thread == 0) thread.thread = process.header->next_thread.fetch_add(1, std::memory_order_relaxed);
  header->thread = thread.thread;
  thread.ring = wire::RingWriter(header, wire::ringData(process.mapping, index));
  thread.has_ring = true;
  pthread_setspecific(thread_end_key, &thread_state);
  return true;
}

bool collectorIsGone() {
  if (process.header->detached.load(std::memory_order_relaxed) != 0) return true;
  uint64_t beat = process.header->heartbeat_ns.load(std::memory_order_relaxed);
  if (now() - beat < wire::kHeartbeatStaleNs) return false;
  // A stopped collector has no heartbeat either, but it may go on.
  return syscall(SYS_kill, process.header->collector_pid, 0) != 0 && errno == ESRCH;
}

bool mayWait() {
  return process.header->blocked_ns.load(std::memory_order_relaxed) < wire::kBlockBudgetNs;
}

// The collector is behind: wait for it, but no longer than a second in all.
char* waitForRoom(ThreadState& thread, uint64_t bytes, uint64_t spare) {
  KeepErrno keep;
  while (recording()) {
    if (collectorIsGone()) {
      stopRecording();
      return nullptr;
    }
    if (!mayWait()) return nullptr;
    uint64_t start = now();
    timespec pause{0, 200'000};
    syscall(SYS_nanosleep, &pause, nullptr);
    process.header->blocked_ns.fetch_add(now() - start, std::memory_order_relaxed);
    if (char* at = thread.ring.reserve(bytes, spare)) return at;
  }
  return nullptr;
}

/// The thread's ring is its own until endRecord. False: it has none, or is writing to it already.
bool enterRing(ThreadState& thread) {
  if (SLABSCOPE_UNLIKELY(thread.in_record)) return false;
  thread.in_record = true;
  if (SLABSCOPE_LIKELY(thread.has_ring) || claimRing(thread)) return true;
  thread.in_record = false;
  return false;
}

}  // namespace

void initialiseThreads() {
  pthread_key_create(&thread_end_key, endThread);
}

char* beginRecordSlowly(uint64_t bytes, wire::LossKind kind) {
  ThreadState& thread = thread_state;
  char* at = nullptr;
  if (SLABSCOPE_LIKELY(enterRing(thread))) {
    at = thread.ring.reserve(bytes, spareFor(kind));
    if (SLABSCOPE_UNLIKELY(at == nullptr)) at = waitForRoom(thread, bytes, spareFor(kind));
    if (SLABSCOPE_LIKELY(at != nullptr)) return at;
    thread.in_record = false;
  }
  if (recording()) countLoss(thread, kind);
  return nullptr;
}

// The log needs no waiting for; only when it is full too.
char* beginDeathSlowly(uint64_t bytes, wire::LossKind kind, uint64_t t, uint64_t subject) {
  ThreadState& thread = thread_state;
  bool entered = enterRing(thread);
  char* at = entered ? thread.ring.reserve(bytes, wire::kRareBytes) : nullptr;
  if (SLABSCOPE_LIKELY(at != nullptr)) return at;
  bool logged = wire::logDeath(process.mapping, t, subject);
  if (entered && !logged) at = waitForRoom(thread, bytes, wire::kRareBytes);
  if (at != nullptr) return at;
  if (entered) thread.in_record = false;
  if (!logged && recording()) countLoss(thread, kind);
  return nullptr;
}

bool dropsStacks() {
  ThreadState& thread = thread_state;
  constexpr uint64_t kUsualStackBytes = 4096;
  bool entered = enterRing(thread);
  bool room = entered && (thread.ring.reserve(kUsualStackBytes, wire::kRareBytes) != nullptr || mayWait());
  if (entered) thread.in_record = false;
  if (!room) countLoss(thread, wire::LossKind::kStack);
  return !room;
}

}  // namespace slabscope::preload
