// SPDX-License-Identifier: Apache-2.0
// Real threads write through the shim's own code into real rings, while nobody, or somebody too slow, reads.
#include "thread.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "death_run.h"
#include "isolate.h"
#include "native_stacks.h"
#include "slabscope/wire/death_log.h"
#include "test_mapping.h"

namespace slabscope::preload {

// What the end of a thread calls; here no thread has an isolate.
void releaseIsolatesOf(uint32_t) {}
void freeNativeStackCache(NativeStackCache*) {}

namespace {

using wire::LossKind;

class Threads : public ::testing::Test {
 protected:
  Threads() {
    header().collector_pid = static_cast<uint32_t>(getpid());
    header().next_thread = 1;
    header().heartbeat_ns = now();
    process = {&live_, mapping_.get(), &header(), {}};
    [[maybe_unused]] static const bool once = (initialiseThreads(), true);
  }
  ~Threads() override { live_ = 0; }

  wire::ProcessHeader& header() { return mapping_.header(); }

  static bool birth(uint64_t id) {
    wire::Slice record{};
    record.header = headerOf(wire::RecordKind::kSlice, sizeof record, now());
    record.slice = id;
    return emit(record);
  }
  static void death(uint64_t address) {
    wire::StoreFree record{};
    record.header = headerOf(wire::RecordKind::kStoreFree, sizeof record, now());
    record.address = address;
    emitDeath(record, LossKind::kStoreDeath, address);
  }
  static bool mark() {
    wire::Mark record{};
    record.header = headerOf(wire::RecordKind::kMark, sizeof record, now());
    return emit(record);
  }
  static void inThread(const std::function<void()>& work) { std::thread(work).join(); }

  uint64_t lost(LossKind kind) {
    auto index = static_cast<size_t>(kind);
    uint64_t sum = header().lost_without_ring.of[index];
    for (uint32_t ring = 0; ring < wire::kRingCount; ++ring) sum += mapping_.ring(ring).lost.of[index];
    return sum;
  }
  std::map<uint64_t, uint64_t> logged() {
    std::map<uint64_t, uint64_t> times;
    wire::DeathLogReader(mapping_.get()).drain(false, [&](uint64_t t, uint64_t subject) {
      times[subject] = t;
    });
    return times;
  }
  void useUpWaiting() { header().blocked_ns = wire::kBlockBudgetNs; }

  volatile uint32_t live_ = 1;
  wire::TestMapping mapping_;
};

TEST_F(Threads, AFullRingIsWaitedForNoLongerThanTheBudgetAndThenCounted) {
  uint64_t told = 0;
  uint64_t dropped = 0;
  inThread([&] {
    while (dropped < 1000) birth(1) ? ++told : ++dropped;
  });
  EXPECT_GE(header().blocked_ns, wire::kBlockBudgetNs);
  EXPECT_EQ(told, (wire::kRingBytes - wire::kRareBytes) / sizeof(wire::Slice));
  EXPECT_EQ(lost(LossKind::kSliceBirth), 1000U);
  wire::RingHeader& ring = mapping_.ring(0);
  EXPECT_GT(ring.lost_first_t, 0U);
  EXPECT_GT(ring.lost_last_t, ring.lost_first_t);
}

TEST_F(Threads, ARingThatIsDrainedInTimeLosesNothing) {
  std::atomic<bool> done = false;
  std::thread producer([&] {
    for (uint64_t id = 1; id <= 200'000; ++id) birth(id);
    done = true;
  });
  wire::RingReader reader(&mapping_.ring(0), wire::ringData(mapping_.get(), 0));
  uint64_t expected = 1;
  for (bool last = false; !last;) {
    last = done;
    reader.refresh();
    const char* record = nullptr;
    uint64_t bytes = 0;
    while (reader.next(&record, &bytes) == wire::RingReader::Status::kRecord) {
      wire::Slice slice;
      std::memcpy(&slice, record, sizeof slice);
      ASSERT_EQ(slice.slice, expected++);
    }
    reader.release();
    // Slower than the producer, so that it waits.
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    header().blocked_ns = 0;
  }
  producer.join();
  EXPECT_EQ(expected, 200'001U);
  EXPECT_EQ(lost(LossKind::kSliceBirth), 0U);
}

/// What the ring of the only thread holds of deaths of slices: each record's ids.
std::vector<std::vector<uint64_t>> toldDeaths(void* mapping) {
  std::vector<std::vector<uint64_t>> runs;
  wire::RingReader reader(wire::ringHeader(mapping, 0), wire::ringData(mapping, 0));
  reader.refresh();
  const char* at = nullptr;
  uint64_t bytes = 0;
  while (reader.next(&at, &bytes) == wire::RingReader::Status::kRecord) {
    wire::SliceDeaths record;
    std::memcpy(&record, at, sizeof record);
    if (record.header.kind == wire::RecordKind::kSlice) continue;
    runs.push_back({record.first});
    if (record.header.kind != wire::RecordKind::kSliceDeaths) continue;
    for (uint32_t index = 1; index < record.header.stack; ++index) {
      int32_t above = 0;
      std::memcpy(&above, at + sizeof record + (index - 1) * sizeof above, sizeof above);
      runs.back().push_back(runs.back().back() + static_cast<uint64_t>(int64_t{above}));
    }
  }
  return runs;
}

TEST_F(Threads, DeathsThatACollectionFindsAreToldTogether) {
  std::vector<uint64_t> ids;
  for (uint64_t id = 1; id <= 100; ++id) ids.push_back(id * id);
  inThread([&] {
    ASSERT_TRUE(birth(1));  // A thread that makes slices has a ring.
    DeathRun deaths{};
    for (uint64_t id : ids) deaths.add(id);
    deaths.end();
  });
  const std::vector<std::vector<uint64_t>> told = toldDeaths(mapping_.get());
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0], std::vector<uint64_t>(ids.begin(), ids.begin() + wire::kMaxSliceDeaths));
  EXPECT_EQ(told[1], std::vector<uint64_t>(ids.begin() + wire::kMaxSliceDeaths, ids.end()));
}

TEST_F(Threads, DeathsWhoseIdsLieFarApartAreToldInRunsOfTheirOwn) {
  constexpr uint64_t kFar = uint64_t{1} << 40;
  inThread([&] {
    ASSERT_TRUE(birth(1));  // A thread that makes slices has a ring.
    DeathRun deaths{};
    for (uint64_t id : {uint64_t{7}, uint64_t{5}, kFar, kFar + 1, uint64_t{9}}) deaths.add(id);
    deaths.end();
  });
  EXPECT_EQ(toldDeaths(mapping_.get()), (std::vector<std::vector<uint64_t>>{{7, 5}, {kFar, kFar + 1}, {9}}));
}

TEST_F(Threads, ACollectionWithoutDeathsTellsOfNone) {
  inThread([] {
    ASSERT_TRUE(birth(1));  // A thread that makes slices has a ring.
    DeathRun deaths{};
    deaths.end();
    deaths.add(3);
    deaths.end();
    deaths.end();
  });
  EXPECT_EQ(toldDeaths(mapping_.get()), (std::vector<std::vector<uint64_t>>{{3}}));
}

TEST_F(Threads, DeathsOfACollectionThatFindNoRoomAreLoggedOneByOne) {
  useUpWaiting();
  inThread([&] {
    while (birth(1)) {
    }
    DeathRun deaths{};
    for (uint64_t id = 1; id <= 100; ++id) deaths.add(id);
    deaths.end();
  });
  const std::map<uint64_t, uint64_t> times = logged();
  EXPECT_EQ(times.size(), 100U);
  EXPECT_EQ(times.count(100 | wire::kSliceSubject), 1U);
  EXPECT_EQ(lost(LossKind::kSliceDeath), 0U);
}

TEST_F(Threads, DeathsThatFindNoRoomAreLoggedWithTheirTimes) {
  useUpWaiting();
  constexpr uint64_t kThreads = 8;
  constexpr uint64_t kDeaths = 20'000;
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([thread] {
      while (birth(1)) {
      }
      for (uint64_t number = 1; number <= kDeaths; ++number) death((thread * kDeaths + number) << 4);
    });
  }
  // The log is read while it is written.
  std::map<uint64_t, uint64_t> times;
  wire::DeathLogReader reader(mapping_.get());
  auto take = [&](uint64_t t, uint64_t subject) { EXPECT_TRUE(times.emplace(subject, t).second); };
  for (int round = 0; round < 100; ++round) reader.drain(false, take);
  for (std::thread& thread : threads) thread.join();
  reader.drain(false, take);
  EXPECT_EQ(times.size(), kThreads * kDeaths);
  for (uint64_t number = 2; number <= kDeaths; ++number)
    ASSERT_LE(times[(number - 1) << 4], times[number << 4]) << "of one thread";
  EXPECT_EQ(lost(LossKind::kStoreDeath), 0U);
}

TEST_F(Threads, DeathsAreCountedAsLostOnlyWhenTheLogIsFullToo) {
  useUpWaiting();
  inThread([&] {
    while (birth(1)) {
    }
    for (uint64_t number = 1; number <= wire::kDeathLogEntries + 7; ++number) death(number << 4);
  });
  EXPECT_EQ(lost(LossKind::kStoreDeath), 7U);
  EXPECT_EQ(logged().size(), wire::kDeathLogEntries);
}

TEST_F(Threads, RareRecordsStillFindRoomWhereOthersAreDropped) {
  useUpWaiting();
  inThread([&] {
    while (birth(1)) {
    }
    EXPECT_TRUE(mark());
    EXPECT_FALSE(birth(2));
    while (mark()) {
    }
  });
  EXPECT_EQ(lost(LossKind::kOther), 1U);
}

TEST_F(Threads, MoreThanThereAreRingsAreCountedToo) {
  constexpr uint32_t kMore = 20;
  std::atomic<uint32_t> tried = 0;
  std::atomic<uint32_t> told = 0;
  std::vector<std::thread> threads;
  for (uint32_t index = 0; index < wire::kRingCount + kMore; ++index) {
    threads.emplace_back([&, index] {
      if (birth(index)) ++told;
      ++tried;
      // The ring goes back with the thread.
      while (tried < wire::kRingCount + kMore) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      death((index + 1) << 4);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(told, wire::kRingCount);
  EXPECT_EQ(lost(LossKind::kSliceBirth), kMore);
  EXPECT_EQ(lost(LossKind::kStoreDeath), 0U);
}

TEST_F(Threads, AStackThatWouldBeDroppedIsNotDescribed) {
  inThread([&] {
    EXPECT_FALSE(dropsStacks());
    useUpWaiting();
    EXPECT_FALSE(dropsStacks()) << "there is room";
    while (birth(1)) {
    }
    EXPECT_TRUE(dropsStacks());
  });
  EXPECT_EQ(lost(LossKind::kStack), 1U);
}

TEST_F(Threads, ACollectorThatIsGoneEndsTheRecordingAndLeavesErrnoAlone) {
  pid_t gone = fork();
  if (gone == 0) _exit(0);
  ASSERT_EQ(waitpid(gone, nullptr, 0), gone);
  header().collector_pid = static_cast<uint32_t>(gone);
  header().heartbeat_ns = 0;
  inThread([&] {
    errno = 4711;
    while (birth(1)) {
    }
    EXPECT_EQ(errno, 4711) << "kill() has set it";
  });
  EXPECT_FALSE(recording());
  EXPECT_EQ(lost(LossKind::kSliceBirth), 0U) << "nobody would read the number";
}

}  // namespace
}  // namespace slabscope::preload
