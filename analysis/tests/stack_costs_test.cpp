// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/stack_costs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>

#include "made_up.h"
#include "slow_model.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::Event;
using recording::StackId;
using recording::StoreKind;
using tests::Maker;
using tests::TemporaryFile;

struct SlowCosts {
  uint64_t allocations = 0;
  uint64_t bytes = 0;
  double live = 0;
  double held = 0;
};

// Event by event, byte by byte.
std::map<StackId, SlowCosts> slowCosts(const std::vector<Event>& events, size_t count) {
  std::map<recording::StoreId, StoreKind> kinds;
  for (const Event& event : events) {
    if (const auto* e = std::get_if<recording::StoreAlloc>(&event)) kinds.try_emplace(e->store, e->kind);
    if (const auto* e = std::get_if<recording::StoreKindKnown>(&event)) kinds[e->store] = e->kind;
  }
  const auto isASlab = [&](recording::StoreId id) {
    return kinds[id] == StoreKind::kPool || kinds[id] == StoreKind::kNativePool;
  };
  std::map<StackId, SlowCosts> costs;
  std::map<recording::StoreId, recording::StoreAlloc> stores;
  std::map<recording::SliceId, recording::Slice> slices;
  for (size_t i = 0; i < count; ++i) {
    if (const auto* born = std::get_if<recording::StoreAlloc>(&events[i])) {
      stores[born->store] = *born;
      if (isASlab(born->store)) continue;
      ++costs[born->stack].allocations;
      costs[born->stack].bytes += born->size;
    } else if (const auto* resized = std::get_if<recording::StoreResize>(&events[i])) {
      recording::StoreAlloc& store = stores.at(resized->store);
      if (!isASlab(resized->store) && resized->size > store.size)
        costs[store.stack].bytes += resized->size - store.size;
      store.size = resized->size;
    } else if (const auto* cut = std::get_if<recording::Slice>(&events[i])) {
      slices[cut->slice] = *cut;
      if (cut->parent || !isASlab(cut->store)) continue;
      ++costs[cut->stack].allocations;
      costs[cut->stack].bytes += cut->length;
    } else if (const auto* freed = std::get_if<recording::StoreFree>(&events[i])) {
      stores.erase(freed->store);
    } else if (const auto* died = std::get_if<recording::SliceFree>(&events[i])) {
      slices.erase(died->slice);
    }
  }
  for (const auto& [id, store] : stores) {
    if (!isASlab(id)) {
      costs[store.stack].live += static_cast<double>(store.size);
      costs[store.stack].held += static_cast<double>(store.size);
      continue;
    }
    std::map<StackId, std::vector<bool>> used_by;
    std::vector<bool> used(store.size);
    for (const auto& [slice_id, slice] : slices) {
      if (slice.store != id) continue;
      std::vector<bool>& mine = used_by[slice.stack];
      mine.resize(store.size);
      for (uint64_t at = slice.offset; at < slice.offset + slice.length; ++at) mine[at] = used[at] = true;
    }
    const auto bytesIn = [](const std::vector<bool>& bytes) {
      return static_cast<double>(std::count(bytes.begin(), bytes.end(), true));
    };
    double all = 0;
    for (const auto& [stack, bytes] : used_by) all += bytesIn(bytes);
    for (const auto& [stack, bytes] : used_by) {
      const double share = all == 0 ? 1.0 / static_cast<double>(used_by.size()) : bytesIn(bytes) / all;
      costs[stack].held += share * static_cast<double>(store.size);
      costs[stack].live += share * bytesIn(used);
    }
  }
  return costs;
}

class RandomCosts : public ::testing::TestWithParam<uint32_t> {};

TEST_P(RandomCosts, AreThoseOfTheSlowModelAtManyInstants) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 1500);
  const Result<Scan> found = scan(file.path());
  ASSERT_TRUE(found) << found.error().message;
  for (size_t count = 0; count <= maker.events().size(); count += 149) {
    const Instant at{std::numeric_limits<uint64_t>::max(), count};
    const Result<CostTable> table = stackCosts(*found, at);
    ASSERT_TRUE(table);
    std::map<StackId, SlowCosts> expected = slowCosts(maker.events(), count);
    const tests::SlowModel model(maker.events(), count, found->definitions);
    Costs sum;
    for (const StackCosts& one : table->stacks) {
      const SlowCosts& slow = expected[one.stack];
      EXPECT_EQ(one.costs.allocations, slow.allocations);
      EXPECT_EQ(one.costs.bytes, slow.bytes);
      // Each slab's shares are rounded to whole bytes.
      EXPECT_NEAR(static_cast<double>(one.costs.held_bytes), slow.held, static_cast<double>(model.stores));
      EXPECT_NEAR(static_cast<double>(one.costs.live_bytes), slow.live, static_cast<double>(model.stores));
      sum.allocations += one.costs.allocations;
      sum.bytes += one.costs.bytes;
      sum.live_bytes += one.costs.live_bytes;
      sum.held_bytes += one.costs.held_bytes;
      expected.erase(one.stack);
    }
    for (const auto& [stack, slow] : expected)
      EXPECT_EQ(static_cast<double>(slow.allocations + slow.bytes) + slow.held, 0) << stack.value;
    EXPECT_EQ(sum.held_bytes, table->total.held_bytes);
    EXPECT_EQ(sum.live_bytes, table->total.live_bytes);
    EXPECT_EQ(sum.allocations, table->total.allocations);
    EXPECT_EQ(sum.bytes, table->total.bytes);
    EXPECT_EQ(table->total.held_bytes + table->unknown_held_bytes, model.store_bytes);
    EXPECT_EQ(table->unknown_held_bytes, model.unknown_bytes);
  }
}

TEST_P(RandomCosts, BetweenTwoTimesAddUpToThoseOfTheWhole) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 1500);
  const Result<Scan> found = scan(file.path());
  ASSERT_TRUE(found) << found.error().message;
  const recording::Nanoseconds end = found->duration;
  const Instant at{end / 3};
  const Result<CostTable> happened = stackCosts(*found, Instant{end});
  const Result<CostTable> alive = stackCosts(*found, at);
  const Result<CostTable> first = stackCostsBetween(*found, at, 0, end / 2);
  const Result<CostTable> second = stackCostsBetween(*found, at, end / 2 + 1, end);
  ASSERT_TRUE(happened && alive && first && second);
  EXPECT_GT(first->total.temporary, 0U);
  EXPECT_GT(second->total.bytes, 0U);
  EXPECT_EQ(first->total.bytes + second->total.bytes, happened->total.bytes);
  EXPECT_EQ(first->total.allocations + second->total.allocations, happened->total.allocations);
  EXPECT_EQ(first->total.temporary + second->total.temporary, happened->total.temporary);
  EXPECT_EQ(first->total.lifetimes.count() + second->total.lifetimes.count(),
            happened->total.lifetimes.count());
  for (const CostTable* table : {&*first, &*second}) {
    EXPECT_EQ(table->total.held_bytes, alive->total.held_bytes);
    EXPECT_EQ(table->total.slab_live_bytes, alive->total.slab_live_bytes);
    EXPECT_EQ(table->unknown_held_bytes, alive->unknown_held_bytes);
    EXPECT_EQ(table->together.size(), alive->together.size());
    Costs sum;
    StackId before;
    for (const StackCosts& one : table->stacks) {
      sum += one.costs;
      EXPECT_TRUE(&one == table->stacks.data() || before < one.stack);
      before = one.stack;
    }
    EXPECT_EQ(sum, table->total);
  }
}

TEST_P(RandomCosts, OfARangeTellOnlyOfWhatWasAllocatedInIt) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 1500);
  const Result<Scan> found = scan(file.path());
  ASSERT_TRUE(found) << found.error().message;
  const recording::Nanoseconds step = found->duration / 20;
  for (recording::Nanoseconds from = 0; from < found->duration; from += step) {
    const Result<CostTable> table = stackCostsBetween(*found, found->end, from, from + step);
    ASSERT_TRUE(table);
    for (const StackCosts& one : table->stacks) {
      EXPECT_LE(one.costs.temporary, one.costs.allocations) << "from " << from;
      EXPECT_LE(one.costs.lifetimes.count(), one.costs.allocations) << "from " << from;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCosts, ::testing::Values(1U, 2U, 3U, 4U));

}  // namespace
}  // namespace slabscope::analysis
