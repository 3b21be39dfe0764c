// SPDX-License-Identifier: Apache-2.0
// Real producers against a real consumer; a run with -DSLABSCOPE_SANITIZE=thread proves the ring's memory
// order.
#include <atomic>
#include <thread>

#include "clock.h"
#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

using recording::StoreAlloc;

using Producers = PipelineTest;

constexpr uint64_t kEvents = 60'000;  // 48 bytes each: more than one ring holds
constexpr uint32_t kThreads = 3;

void produce(TestThread& thread, uint32_t number) {
  for (uint64_t i = 0; i < kEvents; ++i) {
    wire::StoreAlloc record{};
    record.header = {wire::RecordKind::kStoreAlloc, 0, sizeof record / 8, 0, monotonicNow()};
    record.address = uint64_t{number} << 40 | (i + 1) << 4;
    record.size = i;
    char* at = nullptr;
    while ((at = thread.ring().reserve(sizeof record)) == nullptr) std::this_thread::yield();
    std::memcpy(at, &record, sizeof record);
    thread.ring().commit(sizeof record);
  }
  thread.release();
}

TEST_F(Producers, LoseNothingWhileTheirRingsWrapAround) {
  std::vector<TestThread> writers;
  for (uint32_t number = 1; number <= kThreads; ++number) writers.push_back(thread(number - 1, number));
  std::atomic<uint32_t> done{0};
  std::vector<std::thread> threads;
  for (uint32_t number = 1; number <= kThreads; ++number) {
    threads.emplace_back([&, number] {
      produce(writers[number - 1], number);
      done.fetch_add(1);
    });
  }
  while (done.load() != kThreads) round(monotonicNow());
  for (std::thread& producer : threads) producer.join();
  ReadBack read = finish(monotonicNow());

  std::vector<StoreAlloc> allocs = read.all<StoreAlloc>();
  ASSERT_EQ(allocs.size(), kEvents * kThreads);
  std::vector<uint64_t> expected(kThreads + 1, 0);
  uint64_t last_t = 0;
  for (const StoreAlloc& alloc : allocs) {
    ASSERT_EQ(alloc.size, expected.at(alloc.thread)++);
    ASSERT_EQ(alloc.address >> 40, alloc.thread);
    ASSERT_GE(alloc.t, last_t);
    last_t = alloc.t;
  }
  EXPECT_EQ(pipeline_->lostEvents(), 0U);
}

}  // namespace
}  // namespace slabscope::collector
