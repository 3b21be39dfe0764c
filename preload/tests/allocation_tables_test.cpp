// SPDX-License-Identifier: Apache-2.0
// The tables that remember where blocks were allocated, by many threads at once.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "block_table.h"
#include "chain_table.h"

namespace slabscope::preload {
namespace {

class Blocks : public ::testing::Test {
 protected:
  Blocks() { EXPECT_TRUE(table_.map()); }
  BlockTable table_;
};

TEST_F(Blocks, AreFoundByAnyAddressInsideAndByNoneOutside) {
  constexpr uintptr_t kBegin = 0x7f0000001230;
  for (const size_t size :
       {size_t{1024}, size_t{1025}, size_t{4096}, size_t{1} << 20, (size_t{1} << 33) + 5}) {
    ASSERT_TRUE(table_.insert(kBegin, size, 7));
    for (const uintptr_t offset : {size_t{0}, size_t{1}, size / 2, size - 1})
      EXPECT_EQ(table_.find(kBegin + offset), 7U) << size << " at " << offset;
    EXPECT_EQ(table_.find(kBegin - 1), 0U);
    EXPECT_EQ(table_.find(kBegin + size), 0U);
    ASSERT_TRUE(table_.erase(kBegin));
    EXPECT_EQ(table_.find(kBegin), 0U);
    EXPECT_EQ(table_.find(kBegin + size / 2), 0U);
  }
}

TEST_F(Blocks, AreForgottenByTheirBeginningOnlyAndOnlyOnce) {
  ASSERT_TRUE(table_.insert(0x10000, 4096, 1));
  EXPECT_FALSE(table_.erase(0x10010));
  EXPECT_FALSE(table_.erase(0));
  EXPECT_FALSE(table_.erase(1));
  EXPECT_TRUE(table_.erase(0x10000));
  EXPECT_FALSE(table_.erase(0x10000));
}

TEST_F(Blocks, ThatBeginWhereAnotherDidHaveItsPlace) {
  ASSERT_TRUE(table_.insert(0x10000, 8192, 1));
  ASSERT_TRUE(table_.insert(0x10000, 2048, 2));
  EXPECT_EQ(table_.find(0x10000), 2U);
  EXPECT_EQ(table_.find(0x10000 + 2047), 2U);
  EXPECT_EQ(table_.find(0x10000 + 2048), 0U);
  EXPECT_TRUE(table_.erase(0x10000));
  EXPECT_FALSE(table_.erase(0x10000));
}

TEST_F(Blocks, NextToEachOtherAreToldApart) {
  constexpr uint32_t kCount = 20'000;
  std::vector<bool> known(kCount);
  const auto beginOf = [](uint32_t at) { return 0x555500000000 + uintptr_t{at} * 1040; };
  uint32_t kept = 0;
  for (uint32_t at = 0; at < kCount; ++at) {
    known[at] = table_.insert(beginOf(at), 1040, at + 1);
    kept += known[at] ? 1U : 0U;
  }
  EXPECT_GT(kept, kCount * 99 / 100);
  for (uint32_t at = 0; at < kCount; ++at) ASSERT_EQ(table_.find(beginOf(at)), known[at] ? at + 1 : 0) << at;
  uint32_t inside = 0;
  for (uint32_t at = 0; at < kCount; ++at) {
    const uint32_t found = table_.find(beginOf(at) + 1039);
    ASSERT_TRUE(found == 0 || found == at + 1) << at;
    inside += found != 0 ? 1U : 0U;
  }
  EXPECT_GT(inside, kCount * 99 / 100);
}

TEST_F(Blocks, ThatFindNoRoomAreRefusedAndLeaveTheOthersAlone) {
  uint32_t kept = 0;
  uint32_t tried = 0;
  for (; tried < 4 * BlockTable::kPlaces; ++tried)
    kept += table_.insert(0x10000 + uintptr_t{tried} * 1040, 1024, tried + 1) ? 1U : 0U;
  EXPECT_LE(kept, BlockTable::kPlaces);
  EXPECT_GT(kept, BlockTable::kPlaces * 9 / 10);
  uint32_t found = 0;
  for (uint32_t at = 0; at < tried; ++at) {
    const uint32_t number = table_.find(0x10000 + uintptr_t{at} * 1040);
    ASSERT_TRUE(number == 0 || number == at + 1);
    found += number != 0 ? 1U : 0U;
  }
  EXPECT_EQ(found, kept);
  for (uint32_t at = 0; at < tried; ++at) table_.erase(0x10000 + uintptr_t{at} * 1040);
  EXPECT_TRUE(table_.insert(0x10000, 1024, 1));
}

TEST_F(Blocks, OfManyThreadsAreEachFoundAsLongAsTheyLive) {
  constexpr uint32_t kThreads = 8;
  constexpr uint32_t kRounds = 20'000;
  constexpr uint32_t kAddresses = 64;
  // As an allocator does it, an address that one thread has given back another may get.
  std::array<std::atomic<bool>, kAddresses> taken{};
  std::atomic<uint32_t> wrong = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (uint32_t thread = 1; thread <= kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (uint32_t round = 0; round < kRounds; ++round) {
        const uint32_t at = (round * 31 + thread * 17) % kAddresses;
        bool free = false;
        if (!taken[at].compare_exchange_strong(free, true, std::memory_order_acquire)) continue;
        const uintptr_t begin = 0x100000 + uintptr_t{at} * 0x10000;
        const size_t size = 1024 + (round * 7919) % 60'000;
        if (!table_.insert(begin, size, thread)) ++wrong;
        if (table_.find(begin) != thread || table_.find(begin + size - 1) != thread) ++wrong;
        if (!table_.erase(begin)) ++wrong;
        taken[at].store(false, std::memory_order_release);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
}

class Chains : public ::testing::Test {
 protected:
  Chains() { EXPECT_TRUE(table_.map()); }
  static std::array<void*, 3> chainOf(uintptr_t number) {
    return {reinterpret_cast<void*>(number), reinterpret_cast<void*>(number * 3),
            reinterpret_cast<void*>(42)};
  }
  uint32_t intern(uintptr_t number, uint64_t meaning = 0) {
    std::array<void*, 3> addresses = chainOf(number);
    return table_.intern(addresses.data(), addresses.size(), meaning);
  }
  void expectIs(uint32_t chain, uintptr_t number) {
    const ChainTable::Chain kept = table_.chain(chain);
    ASSERT_EQ(kept.count, 3U);
    std::array<void*, 3> addresses = chainOf(number);
    EXPECT_TRUE(std::equal(addresses.begin(), addresses.end(), kept.addresses));
  }
  ChainTable table_;
};

TEST_F(Chains, AreKeptOnceForEachMeaning) {
  const uint32_t first = intern(1000);
  const uint32_t second = intern(2000);
  EXPECT_NE(first, 0U);
  EXPECT_NE(first, second);
  EXPECT_EQ(intern(1000), first);
  EXPECT_NE(intern(1000, 0xABCDEF0123456789), first);
  expectIs(first, 1000);
  expectIs(second, 2000);
  EXPECT_EQ(table_.intern(nullptr, 0, 0), 0U);
}

TEST_F(Chains, ThatFindNoRoomAreRefusedAndLeaveTheOthersAlone) {
  constexpr uintptr_t kMany = uintptr_t{2} * ChainTable::kChains;
  std::vector<uint32_t> chains;
  chains.reserve(kMany);
  for (uintptr_t number = 1; number <= kMany; ++number) chains.push_back(intern(number));
  EXPECT_EQ(chains.front(), intern(1));
  EXPECT_EQ(chains.back(), 0U);
  for (uintptr_t number = 1; number <= chains.size(); number += 97) {
    if (chains[number - 1] != 0) expectIs(chains[number - 1], number);
  }
}

TEST_F(Chains, AreRefusedWhenTheirAddressesFindNoRoom) {
  std::vector<void*> large(ChainTable::kAddresses / 4 + 1);
  uint32_t kept = 0;
  for (uintptr_t number = 1; number <= 6; ++number) {
    large[0] = reinterpret_cast<void*>(number);
    kept += table_.intern(large.data(), static_cast<uint32_t>(large.size()), 0) != 0 ? 1U : 0U;
  }
  EXPECT_EQ(kept, 3U);
  expectIs(intern(5), 5);
}

TEST_F(Chains, OfManyThreadsAreWhole) {
  constexpr uintptr_t kNumbers = 500;
  constexpr size_t kThreads = 8;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  std::atomic<uint32_t> wrong = 0;
  for (size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (uintptr_t round = 0; round < 40 * kNumbers; ++round) {
        const uintptr_t number = round % kNumbers + 1;
        const uint32_t chain = intern(number);
        if (chain == 0 || table_.chain(chain).addresses[1] != chainOf(number)[1]) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace slabscope::preload
