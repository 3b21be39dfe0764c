// SPDX-License-Identifier: Apache-2.0
#include "event_queue.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include "clock.h"

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

}  // namespace
}  // namespace slabscope::collector
