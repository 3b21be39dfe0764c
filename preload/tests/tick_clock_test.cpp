// SPDX-License-Identifier: Apache-2.0
// A clock and a counter that are made up, and the time that is told from them.
#include "tick_clock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace slabscope::preload {
namespace {

constexpr uint64_t kMs = 1'000'000;

/// What looking costs is part of it: each look at either lets a little time pass.
struct MadeUp {
  static uint64_t ticks() {
    pass(7);
    return counter + static_cast<uint64_t>(static_cast<double>(nanosecond) * ticks_a_nanosecond);
  }
  static uint64_t nanoseconds() {
    ++clock_looks;
    pass(20);
    return nanosecond;
  }
  static void pass(uint64_t nanoseconds) { nanosecond += nanoseconds; }

  static inline uint64_t nanosecond = 0;
  static inline uint64_t counter = 0;
  static inline double ticks_a_nanosecond = 2.6;
  static inline uint64_t clock_looks = 0;
};

class ToldTime : public ::testing::Test {
 protected:
  ToldTime() {
    MadeUp::nanosecond = 1'000'000'000;
    MadeUp::counter = 123'456'789;
    MadeUp::ticks_a_nanosecond = 2.6;
  }

  /// How far from the clock the time is that is told now.
  int64_t off() {
    const uint64_t told = clock_.now();
    return static_cast<int64_t>(told - MadeUp::nanosecond);
  }
  void settle() {
    for (int i = 0; i < 100; ++i) {
      clock_.now();
      MadeUp::pass(kMs);
    }
  }

  TickClock<MadeUp> clock_{};
};

TEST_F(ToldTime, IsThatOfTheClockBeforeTheStart) {
  EXPECT_EQ(off(), 0);
  EXPECT_FALSE(clock_.runs());
}

TEST_F(ToldTime, IsThatOfTheClockUntilThePaceIsKnown) {
  clock_.start();
  for (int i = 0; i < 10; ++i) {
    EXPECT_LE(std::abs(off()), 30);
    MadeUp::pass(kMs / 10);
  }
}

TEST_F(ToldTime, StaysWithTheClock) {
  clock_.start();
  settle();
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_LE(std::abs(off()), 60);
    MadeUp::pass(12'345);
  }
}

TEST_F(ToldTime, IsToldWithoutTheClockMostOfTheTime) {
  clock_.start();
  settle();
  const uint64_t before = MadeUp::clock_looks;
  for (int i = 0; i < 10'000; ++i) clock_.now();
  EXPECT_LE(MadeUp::clock_looks - before, 3U);
}

TEST_F(ToldTime, NeverRunsBackwards) {
  clock_.start();
  uint64_t last = 0;
  for (int i = 0; i < 200'000; ++i) {
    const uint64_t told = clock_.now();
    ASSERT_GE(told, last);
    last = told;
    MadeUp::pass(static_cast<uint64_t>(i % 977));
  }
}

TEST_F(ToldTime, FollowsAClockThatIsSlewed) {
  clock_.start();
  settle();
  uint64_t last = 0;
  for (int i = 0; i < 20'000; ++i) {
    // As much as an NTP daemon may do.
    MadeUp::counter += 130 * static_cast<uint64_t>(i % 2);
    const uint64_t told = clock_.now();
    ASSERT_GE(told, last);
    last = told;
    ASSERT_LE(std::abs(static_cast<int64_t>(told - MadeUp::nanosecond)), 5'000);
    MadeUp::pass(100'000);
  }
  EXPECT_TRUE(clock_.runs());
}

TEST_F(ToldTime, IsRightAfterAnHourWithoutALook) {
  clock_.start();
  settle();
  MadeUp::pass(3600 * 1000 * kMs);
  EXPECT_LE(std::abs(off()), 60);
  EXPECT_TRUE(clock_.runs());
}

TEST_F(ToldTime, IsThatOfTheClockOnceTheCounterWasSetBack) {
  clock_.start();
  settle();
  MadeUp::counter -= uint64_t{1} << 40;
  off();
  EXPECT_FALSE(clock_.runs());
  EXPECT_EQ(off(), 0);
}

TEST_F(ToldTime, IsThatOfTheClockOnceTheCounterHasAnotherPace) {
  clock_.start();
  settle();
  for (int i = 0; i < 100; ++i) {
    MadeUp::counter += 4'000'000;
    MadeUp::pass(kMs);
    clock_.now();
  }
  EXPECT_FALSE(clock_.runs());
  EXPECT_EQ(off(), 0);
}

struct Real {
  static uint64_t ticks() { return __builtin_ia32_rdtsc(); }
  static uint64_t nanoseconds() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
  }
};

TEST(ToldTimes, OfThreadsDoNotContradictWhatTheySeeOfEachOther) {
  TickClock<Real> clock{};
  clock.start();
  std::atomic<uint64_t> latest{0};
  std::atomic<bool> wrong{false};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000'000; ++i) {
        // Told before, seen, told after.
        const uint64_t seen = latest.load(std::memory_order_acquire);
        __builtin_ia32_lfence();
        const uint64_t told = clock.now();
        if (told < seen) wrong.store(true);
        uint64_t expected = seen;
        if (told > seen) latest.compare_exchange_strong(expected, told);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(wrong.load());
}

}  // namespace
}  // namespace slabscope::preload
