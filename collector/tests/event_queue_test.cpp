// SPDX-License-Identifier: Apache-2.0
#include "event_queue.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include "clock.h"
#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

/// Bytes that the program has taken from the allocator and not given back.
uint64_t bytesInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(EventQueue, GivesBackWhatABurstHasNeeded) {
  constexpr uint64_t kBurst = 100'000;
  EventQueue queue;
  const uint64_t before = bytesInUse();
  for (uint64_t t = 1; t <= kBurst; ++t) queue.push(t, 1, ResidentSize{t});
  while (!queue.empty()) queue.pop();
  queue.shrink(kBurst + kSecond);
  EXPECT_LT(bytesInUse(), before + kBurst);
}

TEST(EventQueue, TakesEventsAfterItHasGivenBackItsRoom) {
  EventQueue queue;
  for (uint64_t t = 1; t <= 100; ++t) {
    queue.push(t * kSecond, 1, ResidentSize{t});
    ASSERT_EQ(queue.size(), 1U);
    ASSERT_EQ(std::get<ResidentSize>(queue.front().body).bytes, t);
    queue.pop();
    queue.shrink((t + 1) * kSecond);
  }
}

TEST(EventQueue, KeepsWhatWaitsHoweverLong) {
  EventQueue queue;
  queue.push(1, 1, ResidentSize{7});
  queue.shrink(1000 * kSecond);
  ASSERT_EQ(queue.size(), 1U);
  EXPECT_EQ(std::get<ResidentSize>(queue.front().body).bytes, 7U);
}

using IdleThreads = PipelineTest;

TEST_F(IdleThreads, LeaveNoRoomForTheirEventsBehind) {
  constexpr uint32_t kThreads = 20;
  constexpr uint64_t kStores = 20'000;
  const uint64_t before = bytesInUse();
  for (uint32_t ring = 0; ring < kThreads; ++ring) {
    TestThread busy = thread(ring, ring + 1);
    const uint64_t address = 0x1000 * uint64_t{ring + 1};
    for (uint64_t t = kStart; t < kStart + 2 * kStores; t += 2) {
      busy.alloc(t, address, 8);
      busy.free(t + 1, address);
    }
  }
  round(kStart + kSecond);
  round(kStart + 2 * kSecond);
  EXPECT_LT(bytesInUse(), before + uint64_t{kThreads} * kStores * sizeof(Event) / 2);
}

}  // namespace
}  // namespace slabscope::collector
