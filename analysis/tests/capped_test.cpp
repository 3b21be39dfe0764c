// SPDX-License-Identifier: Apache-2.0
// What is known of a recording whose file has lost its older part to a size limit.
#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <utility>

#include "made_up.h"
#include "slabscope/analysis/choose_instant.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/verify.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;

constexpr uint64_t kSecond = 1'000'000'000;

/// A high peak at 1 s, long gone; a slab with a slice that stays; then stores that come and go, a millisecond
/// each.
void makeUp(tests::Maker& maker, uint64_t milliseconds) {
  const recording::StackId stack = maker.stack("keep", "/app.js", 3, 4);
  maker.mark(1, "early");
  const recording::StoreId slab = maker.alloc(10, 8192, StoreKind::kPool, stack);
  maker.slice(20, slab, 0, 100, stack);
  const recording::StoreId high = maker.alloc(kSecond, 1'000'000, StoreKind::kArrayBuffer, stack);
  maker.add(recording::StoreFree{kSecond + 1, high, false});
  std::mt19937_64 random(1);
  for (uint64_t t = 2000; t < 2000 + milliseconds; ++t) {
    const recording::StoreId store =
        maker.alloc(t * 1'000'000, 1000 + random() % 1000, StoreKind::kArrayBuffer, stack);
    maker.add(recording::StoreFree{t * 1'000'000 + random() % 900'000, store, false});
  }
  maker.mark((2000 + milliseconds) * 1'000'000, "late");
}

Scan made(const tests::TemporaryFile& file, uint64_t limit) {
  recording::Header header = tests::Maker::defaultHeader();
  header.max_size = limit;
  tests::Maker maker(file.path(), header);
  makeUp(maker, 100'000);
  maker.finish();
  return std::move(*scan(file.path()));
}

TEST(CappedScan, HasTheTotalsOfTheWholeAndThePeakOfWhatIsKept) {
  const tests::TemporaryFile small_file;
  const tests::TemporaryFile large_file;
  const Scan small = made(small_file, recording::Writer::kMinMaxSize);
  const Scan large = made(large_file, 0);
  ASSERT_TRUE(small.hasDropped());
  EXPECT_FALSE(large.hasDropped());
  EXPECT_GT(small.header.dropped.until, 2 * kSecond);
  EXPECT_LT(small.counts.store_alloc, large.counts.store_alloc);
  EXPECT_EQ(small.traffic.stores, large.traffic.stores);
  EXPECT_EQ(small.traffic.freed_stores, large.traffic.freed_stores);
  EXPECT_EQ(small.traffic.slices, large.traffic.slices);
  EXPECT_EQ(small.traffic.freed_slices, large.traffic.freed_slices);
  EXPECT_EQ(large.traffic.stores.count, 100'002U);
  EXPECT_EQ(small.at_end.store_bytes, 8192U);
  EXPECT_EQ(small.at_end.slices, 1U);
  EXPECT_EQ(small.duration, large.duration);

  EXPECT_TRUE(small.hasDroppedPeak());
  EXPECT_FALSE(large.hasDroppedPeak());
  EXPECT_EQ(small.header.dropped.peak_t, large.peak.t);
  EXPECT_EQ(small.header.dropped.peak_stores.bytes, large.at_peak.store_bytes);
  EXPECT_GE(small.peak.t, small.header.dropped.until);
  EXPECT_LT(small.at_peak.store_bytes, 8192U + 2000);

  Verifier verifier;
  ASSERT_TRUE(scan(small_file.path(), {}, [&](const recording::Batch& batch) { verifier.take(batch); }));
  EXPECT_EQ(verifier.problemCount(), 0U);
  const auto report = reportAt(small, {{"end", small.end}, {"peak", small.peak}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->at(0).holders.holders.at(0).held, 8192U);
  EXPECT_EQ(
      small.definitions.string(small.definitions.frame(report->at(0).holders.holders.at(0).owner).function),
      "keep");
}

TEST(CappedScan, KnowsNoInstantOfWhatWasDropped) {
  const tests::TemporaryFile file;
  const Scan scan = made(file, recording::Writer::kMinMaxSize);
  const uint64_t until = scan.header.dropped.until;
  const auto message = [&](const std::string& instant) {
    const auto chosen = chooseInstant(scan, instant);
    return chosen ? "" : chosen.error().message;
  };
  EXPECT_NE(message("1.5").find("detail is kept from "), std::string::npos) << message("1.5");
  EXPECT_NE(message("early").find("were dropped (--max-size)"), std::string::npos) << message("early");
  EXPECT_EQ(message("late"), "");
  char first[32];
  std::snprintf(first, sizeof first, "%.3f", static_cast<double>(until / 1'000'000) / 1e3);
  const auto chosen = chooseInstant(scan, first);
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_EQ(chosen->instant.t, until);
}

TEST(CappedScan, IsNotTakenForAFileThatHasChangedSince) {
  const tests::TemporaryFile file;
  const Scan before = made(file, 0);
  made(file, recording::Writer::kMinMaxSize);
  const auto again = reportAt(before, {{"end", before.end}});
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("has just dropped its oldest part; try again"), std::string::npos);
}

}  // namespace
}  // namespace slabscope::analysis
