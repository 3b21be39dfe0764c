// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/report.h"

#include <gtest/gtest.h>

#include "made_up.h"
#include "slabscope/analysis/choose_instant.h"
#include "slow_model.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;
using tests::Maker;
using tests::SlowModel;
using tests::TemporaryFile;

void expectSame(const SlabFigures& found, const tests::SlowSlabs& expected) {
  EXPECT_EQ(found.slabs, expected.slabs);
  EXPECT_EQ(found.bytes, expected.bytes);
  EXPECT_EQ(found.live_bytes, expected.live_bytes);
  EXPECT_EQ(found.slices, expected.slices);
  EXPECT_EQ(found.empty_slabs, expected.empty);
  EXPECT_EQ(found.empty_bytes, expected.empty_bytes);
  EXPECT_EQ(found.young_slices, expected.young);
}

void expectSame(const InstantReport& found, SlowModel expected, const recording::Definitions& definitions) {
  EXPECT_EQ(found.totals.stores, expected.stores);
  EXPECT_EQ(found.totals.store_bytes, expected.store_bytes);
  EXPECT_EQ(found.totals.slices, expected.slices);
  EXPECT_EQ(found.totals.slice_bytes, expected.slice_bytes);
  expectSame(found.pool, expected.slabs[StoreKind::kPool]);
  expectSame(found.native_pool, expected.slabs[StoreKind::kNativePool]);

  EXPECT_EQ(found.holders.unknown_slabs, expected.unknown_slabs);
  EXPECT_EQ(found.holders.unknown_bytes, expected.unknown_bytes);
  uint64_t held = found.holders.unknown_bytes;
  ASSERT_EQ(found.holders.holders.size(), expected.holders.size());
  for (size_t i = 0; i < found.holders.holders.size(); ++i) {
    const Holder& holder = found.holders.holders[i];
    const tests::SlowHolder& slow = expected.holders[tests::nameOf(definitions, holder.owner)];
    // A share of a slab is rounded to a byte, up or down.
    EXPECT_NEAR(static_cast<double>(holder.held), slow.held,
                static_cast<double>(found.pool.slabs + found.native_pool.slabs));
    EXPECT_EQ(holder.alone, slow.alone);
    EXPECT_EQ(holder.live, slow.live);
    EXPECT_EQ(holder.slices, slow.slices);
    held += holder.held;
    if (i > 0) {
      EXPECT_LE(holder.held, found.holders.holders[i - 1].held);
    }
  }
  EXPECT_EQ(held, found.pool.bytes + found.native_pool.bytes);

  ASSERT_EQ(found.callers.size(), expected.callers.size());
  for (const StoreCaller& caller : found.callers) {
    EXPECT_EQ(caller.bytes, expected.callers[tests::nameOf(definitions, caller.owner)]);
    EXPECT_EQ(caller.stores, expected.caller_stores[tests::nameOf(definitions, caller.owner)]);
  }
}

// Without the slices that no full collection has seen, all holders are survivors.
void expectSurvivors(const InstantReport& found, const std::vector<recording::Event>& events, size_t count,
                     const recording::Definitions& definitions) {
  std::vector<recording::Event> older;
  size_t older_count = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    const auto* slice = std::get_if<recording::Slice>(&events[i]);
    if (slice == nullptr || slice->t < found.last_full_collection.value_or(0)) older.push_back(events[i]);
    if (i + 1 == count) older_count = older.size();
  }
  SlowModel expected(older, older_count, definitions);
  uint64_t held = found.survivors.unknown_bytes + found.survivors.younger.bytes;
  EXPECT_EQ(held, expected.unknown_bytes);
  ASSERT_EQ(found.survivors.holders.size(), expected.holders.size());
  for (const Holder& holder : found.survivors.holders) {
    const tests::SlowHolder& slow = expected.holders[tests::nameOf(definitions, holder.owner)];
    EXPECT_EQ(holder.live, slow.live);
    EXPECT_EQ(holder.slices, slow.slices);
    EXPECT_EQ(holder.alone, slow.alone);
    held += holder.held;
  }
  EXPECT_EQ(held, found.pool.bytes + found.native_pool.bytes);
  uint64_t stores = found.surviving_stores.younger_bytes;
  for (const StoreCaller& caller : found.surviving_stores.callers) stores += caller.bytes;
  EXPECT_EQ(stores, found.totals.store_bytes - found.pool.bytes - found.native_pool.bytes);
}

class OnRandomRecordings : public testing::TestWithParam<uint32_t> {};

TEST_P(OnRandomRecordings, ReportsAgreeWithTheSlowModelAtEveryInstant) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 3000);
  const auto scanned = scan(file.path());
  ASSERT_TRUE(scanned);

  std::vector<NamedInstant> instants = {{"end", scanned->end}, {"peak", scanned->peak}};
  const recording::Nanoseconds halfway = scanned->duration / 2;
  instants.push_back({"halfway", {halfway}});
  for (const uint64_t events : {0, 1, 17, 1000, 2999}) {
    instants.push_back({"some", {scanned->duration, events}});
  }
  const auto reports = reportAt(*scanned, instants);
  ASSERT_TRUE(reports);
  ASSERT_EQ(reports->size(), instants.size());

  const auto& events = maker.events();
  for (size_t i = 0; i < instants.size(); ++i) {
    SCOPED_TRACE(instants[i].name + " " + std::to_string(i));
    size_t count = 0;
    while (count < events.size() && count < instants[i].instant.events &&
           std::visit([](const auto& one) { return one.t; }, events[count]) <= instants[i].instant.t) {
      ++count;
    }
    expectSame((*reports)[i], SlowModel(events, count, scanned->definitions), scanned->definitions);
    expectSurvivors((*reports)[i], events, count, scanned->definitions);
  }
}

TEST_P(OnRandomRecordings, ThePeakIsTheFirstLargestSumAndTheEndIsBeforeTheTeardown) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 150);
  const auto scanned = scan(file.path());
  ASSERT_TRUE(scanned);
  const auto& events = maker.events();
  uint64_t most = 0;
  size_t most_at = 0;
  size_t ended = 0;
  for (size_t i = 0; i <= events.size(); ++i) {
    const uint64_t bytes = SlowModel(events, i, scanned->definitions).store_bytes;
    if (bytes > most) {
      most = bytes;
      most_at = i;
    }
    if (i < events.size() && std::holds_alternative<recording::IsolateEnd>(events[i])) ended = i;
  }
  EXPECT_EQ(scanned->at_peak.store_bytes, most);
  EXPECT_EQ(scanned->peak.events, most_at);
  EXPECT_EQ(scanned->end.events, ended);
  EXPECT_EQ(scanned->at_end.store_bytes, SlowModel(events, ended, scanned->definitions).store_bytes);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OnRandomRecordings, testing::Values(1, 2, 3, 4, 5));

}  // namespace
}  // namespace slabscope::analysis
