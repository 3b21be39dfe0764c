// SPDX-License-Identifier: Apache-2.0
#include "thread.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "isolate.h"
#include "native_stacks.h"

namespace slabscope::preload {

thread_local constinit ThreadState thread_state;

namespace {

pthread_key_t thread_end_key;

void countLoss(wire::RingHeader* ring) {
  uint64_t t = now();
  if (ring->lost_count.fetch_add(1, std::memory_order_relaxed) == 0) {
    ring->lost_first_t.store(t, std::memory_order_relaxed);
  }
  ring->lost_last_t.store(t, std::memory_order_relaxed);
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
  using wire::RingState;
  for (uint32_t index = 0; index < wire::kRingCount; ++index) {
    wire::RingHeader* header = wire::ringHeader(process.mapping, index);
    auto expected = static_cast<uint32_t>(RingState::kFree);
    if (header->state.load(std::memory_order_relaxed) != expected) continue;
    if (!header->state.compare_exchange_strong(expected, static_cast<uint32_t>(RingState::kClaimed),
                                               std::memory_order_acq_rel)) {
      continue;
    }
    if (thread.thread == 0)
      thread.thread = process.header->next_thread.fetch_add(1, std::memory_order_relaxed);
    header->thread = thread.thread;
    header->os_tid = static_cast<uint32_t>(syscall(SYS_gettid));
    thread.ring = wire::RingWriter(header, wire::ringData(process.mapping, index));
    thread.has_ring = true;
    pthread_setspecific(thread_end_key, &thread_state);
    return true;
  }
  process.header->lost_without_ring.fetch_add(1, std::memory_order_relaxed);
  return false;
}

bool collectorIsGone() {
  if (process.header->detached.load(std::memory_order_relaxed) != 0) return true;
  uint64_t beat = process.header->heartbeat_ns.load(std::memory_order_relaxed);
  if (now() - beat < wire::kHeartbeatStaleNs) return false;
  // A stopped collector has no heartbeat either, but it may go on.
  return syscall(SYS_kill, process.header->collector_pid, 0) != 0;
}

void ringDoorbell() {
  process.header->doorbell.fetch_add(1, std::memory_order_relaxed);
  if (process.header->collector_sleeps.load(std::memory_order_relaxed) == 0) return;
  syscall(SYS_futex, &process.header->doorbell, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

// The collector is behind: wait for it, but no longer than a second in all, then drop and count.
char* waitForRoom(ThreadState& thread, uint64_t bytes) {
  while (recording()) {
    if (collectorIsGone()) {
      stopRecording();
      return nullptr;
    }
    if (process.header->blocked_ns.load(std::memory_order_relaxed) >= wire::kBlockBudgetNs) break;
    ringDoorbell();
    uint64_t start = now();
    timespec pause{0, 200'000};
    syscall(SYS_nanosleep, &pause, nullptr);
    process.header->blocked_ns.fetch_add(now() - start, std::memory_order_relaxed);
    if (char* at = thread.ring.reserve(bytes)) return at;
  }
  countLoss(thread.ring.header());
  return nullptr;
}

}  // namespace

void initialiseThreads() {
  pthread_key_create(&thread_end_key, endThread);
}

char* beginRecord(uint64_t bytes) {
  ThreadState& thread = thread_state;
  if (SLABSCOPE_UNLIKELY(thread.in_record)) {
    if (thread.has_ring) countLoss(thread.ring.header());
    return nullptr;
  }
  thread.in_record = true;
  if (SLABSCOPE_UNLIKELY(!thread.has_ring) && !claimRing(thread)) {
    thread.in_record = false;
    return nullptr;
  }
  char* at = thread.ring.reserve(bytes);
  if (SLABSCOPE_UNLIKELY(at == nullptr)) at = waitForRoom(thread, bytes);
  if (SLABSCOPE_UNLIKELY(at == nullptr)) thread.in_record = false;
  return at;
}

void endRecord(uint64_t bytes) {
  ThreadState& thread = thread_state;
  thread.ring.commit(bytes);
  thread.in_record = false;
}

}  // namespace slabscope::preload
