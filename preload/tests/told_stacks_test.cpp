// SPDX-License-Identifier: Apache-2.0
#include "told_stacks.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "chain_hash.h"

namespace slabscope::preload {
namespace {

uint64_t contentOf(uint64_t stack) {
  ChainHash hash(0);
  hash.add(stack);
  return hash.value();
}

/// What the shim does with a stack that V8 has told.
uint32_t idOf(ToldStacks& told, uint64_t stack, std::atomic<uint32_t>& last_id) {
  if (const uint32_t id = told.find(contentOf(stack))) return id;
  const uint32_t id = ++last_id;
  told.add(contentOf(stack), id);
  return id;
}

TEST(ToldStacks, NeedNoNewIdsHoweverOftenTheyAreDefinedAnew) {
  const auto told = std::make_unique<ToldStacks>();
  std::atomic<uint32_t> last_id = 0;
  constexpr uint32_t kStacks = 2000;
  for (int collection = 0; collection < 5000; ++collection) {
    for (uint64_t stack = 1; stack <= kStacks; ++stack) ASSERT_EQ(idOf(*told, stack, last_id), stack);
  }
  EXPECT_EQ(last_id, kStacks);
}

TEST(ToldStacks, AreNotTakenForOneAnotherWhenTheTableIsFull) {
  const auto told = std::make_unique<ToldStacks>();
  std::atomic<uint32_t> last_id = 0;
  constexpr uint64_t kStacks = 200'000;
  std::vector<uint32_t> ids;
  for (uint64_t stack = 1; stack <= kStacks; ++stack) ids.push_back(idOf(*told, stack, last_id));
  EXPECT_EQ(std::set<uint32_t>(ids.begin(), ids.end()).size(), kStacks);
  uint64_t kept = 0;
  for (uint64_t stack = 1; stack <= kStacks; ++stack) {
    const uint32_t id = told->find(contentOf(stack));
    if (id == 0) continue;
    ASSERT_EQ(id, ids[stack - 1]);
    ++kept;
  }
  EXPECT_GT(kept, 60'000U);
}

TEST(ToldStacks, HaveOneMeaningForAllThreads) {
  const auto told = std::make_unique<ToldStacks>();
  constexpr uint64_t kStacks = 5000;
  constexpr size_t kThreads = 4;
  std::atomic<uint32_t> last_id = 0;
  // By id; written before the id is given away, as a definition is.
  std::vector<std::atomic<uint64_t>> defined(kThreads * kStacks + 1);
  std::atomic<uint64_t> wrong = 0;
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (uint64_t stack = 1; stack <= kStacks; ++stack) {
        if (const uint32_t id = told->find(contentOf(stack))) {
          if (defined[id].load(std::memory_order_relaxed) != stack) ++wrong;
          continue;
        }
        const uint32_t id = ++last_id;
        defined[id].store(stack, std::memory_order_relaxed);
        told->add(contentOf(stack), id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace slabscope::preload
