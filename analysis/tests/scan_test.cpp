// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/scan.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "made_up.h"
#include "slabscope/analysis/replay.h"
#include "slabscope/analysis/report.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::EndKind;
using recording::StoreKind;
using tests::Maker;
using tests::TemporaryFile;

TEST(Scan, CountsEveryKindAndKeepsLossesAndMarks) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.add(recording::IsolateStart{.t = 1, .isolate = 0, .thread = 1, .allocator = 0});
  const auto store = maker.alloc(2, 100, StoreKind::kArrayBuffer);
  maker.add(recording::StoreKindKnown{.t = 3, .store = store, .kind = StoreKind::kPool});
  const auto slice = maker.slice(4, store, 0, 10);
  maker.mark(5, "a");
  maker.add(recording::Gc{.t = 6, .duration = 7, .isolate = 0, .kind = recording::GcKind::kMarkCompact});
  maker.add(recording::Memory{
      .t = 7, .isolate = 0, .rss = 50, .heap_used = 0, .heap_total = 0, .external = 0, .array_buffers = 9});
  maker.add(recording::Memory{
      .t = 7, .isolate = 3, .rss = 40, .heap_used = 0, .heap_total = 0, .external = 0, .array_buffers = 8});
  maker.add(recording::ProcessRss{.t = 8, .rss = 60});
  maker.add(recording::Lost{.t = 9, .until = 10, .count = 11});
  maker.add(recording::Lost{.t = 12, .until = 13, .count = 2});
  maker.add(recording::SliceFree{.t = 14, .slice = slice, .teardown = false});
  maker.add(recording::StoreResize{.t = 15, .store = store, .size = 200});
  maker.add(recording::StoreMove{.t = 16, .store = store, .isolate = 1});
  maker.add(recording::StoreFree{.t = 17, .store = store, .teardown = false});
  maker.add(recording::IsolateEnd{.t = 18, .isolate = 0, .thread = 1, .allocator = 0});
  maker.finish();

  const auto found = scan(file.path());
  ASSERT_TRUE(found);
  const EventCounts& counts = found->counts;
  EXPECT_EQ(counts.isolate_start, 1U);
  EXPECT_EQ(counts.store_alloc, 1U);
  EXPECT_EQ(counts.store_kind, 1U);
  EXPECT_EQ(counts.slice, 1U);
  EXPECT_EQ(counts.mark, 1U);
  EXPECT_EQ(counts.gc, 1U);
  EXPECT_EQ(counts.memory, 2U);
  EXPECT_EQ(counts.process_rss, 1U);
  EXPECT_EQ(counts.lost, 2U);
  EXPECT_EQ(counts.slice_free, 1U);
  EXPECT_EQ(counts.store_resize, 1U);
  EXPECT_EQ(counts.store_move, 1U);
  EXPECT_EQ(counts.store_free, 1U);
  EXPECT_EQ(counts.isolate_end, 1U);
  EXPECT_EQ(found->lost_events, 13U);
  EXPECT_EQ(found->losses.size(), 2U);
  EXPECT_EQ(found->rss_max, 60U);
  ASSERT_TRUE(found->last_memory);
  EXPECT_EQ(found->last_memory->array_buffers, 9U);
  EXPECT_EQ(found->collections[static_cast<size_t>(recording::GcKind::kMarkCompact)].duration, 7U);
  EXPECT_EQ(found->peak.t, 15U) << "a resize can make the peak";
  EXPECT_EQ(found->duration, 18U);
  EXPECT_TRUE(found->complete());
}

TEST(Scan, SaysHowTheProcessEnded) {
  struct Case {
    EndKind end;
    int status;
    const char* words;
    bool complete;
  };
  for (const Case& one :
       {Case{EndKind::kExit, 3, "complete (exit status 3)", true},
        Case{EndKind::kExit, -1, "complete (exit status unknown)", true},
        Case{EndKind::kSignal, 9, "incomplete end: killed by signal 9", false},
        Case{EndKind::kSignal, -1, "incomplete end: killed by a signal", false},
        Case{EndKind::kDetached, -1, "incomplete end: the recording was stopped while the process went on",
             false},
        Case{EndKind::kUnknown, -1, "incomplete end: how the process ended is not known", false}}) {
    const TemporaryFile file;
    Maker maker(file.path());
    maker.finish(one.end, one.status);
    const auto found = scan(file.path());
    ASSERT_TRUE(found);
    EXPECT_EQ(endInWords(*found), one.words);
    EXPECT_EQ(found->complete(), one.complete);
  }
}

TEST(Scan, OfAFileThatIsCutTellsBatchAndByte) {
  const TemporaryFile file;
  {
    Maker maker(file.path());
    maker.alloc(1, 100, StoreKind::kArrayBuffer);
    maker.flush();
    maker.alloc(2, 100, StoreKind::kArrayBuffer);
    maker.finish();
  }
  const auto whole = std::filesystem::file_size(file.path());
  uint64_t good = 0;
  for (uint64_t size = whole - 1;; --size) {
    std::filesystem::resize_file(file.path(), size);
    const auto found = scan(file.path());
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->complete());
    good = found->integrity.good_bytes;
    EXPECT_EQ(endInWords(*found).rfind("incomplete end: the recording stops after batch " +
                                           std::to_string(found->counts.store_alloc) + " at byte " +
                                           std::to_string(good) + ": ",
                                       0),
              0U);
    if (found->counts.store_alloc < 2) break;
  }
  EXPECT_GT(good, 0U);
}

TEST(Scan, NamesAFileThatIsNotThere) {
  const auto found = scan("/nowhere/x.slab");
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("/nowhere/x.slab"), std::string::npos);
}

TEST(Scan, TellsProgressAfterEveryBatch) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.alloc(1, 1, StoreKind::kPool);
  maker.flush();
  maker.alloc(2, 1, StoreKind::kPool);
  maker.alloc(3, 1, StoreKind::kPool);
  maker.finish();
  std::vector<uint64_t> told;
  ASSERT_TRUE(scan(file.path(), [&](uint64_t events) { told.push_back(events); }));
  EXPECT_EQ(told, (std::vector<uint64_t>{1, 3}));
}

TEST(LiveSet, ForgetsSlicesWhoseDeathIsNeverToldWhenTheirStoreDies) {
  LiveSet live;
  for (uint64_t store = 1; store <= 100; ++store) {
    live.apply(recording::StoreAlloc{.t = store,
                                     .store = {store},
                                     .address = 0,
                                     .size = 1000,
                                     .kind = StoreKind::kPool,
                                     .isolate = 0,
                                     .allocator = 0,
                                     .thread = 1,
                                     .stack = {}});
    for (uint64_t i = 1; i <= 100; ++i) {
      live.apply(recording::Slice{.t = store,
                                  .slice = {store * 1000 + i},
                                  .store = {store},
                                  .parent = {},
                                  .offset = i,
                                  .length = 1,
                                  .isolate = 0,
                                  .stack = {}});
    }
    if (store > 1) live.apply(recording::StoreFree{.t = store, .store = {store - 1}, .teardown = false});
  }
  EXPECT_EQ(live.totals().slices, 100U);
  EXPECT_EQ(live.totals().slice_bytes, 100U);
  size_t seen = 0;
  live.forEachSlice([&](recording::SliceId, const LiveSlice& slice) {
    EXPECT_EQ(slice.store.value, 100U);
    ++seen;
  });
  EXPECT_EQ(seen, 100U);
  EXPECT_LT(live.slices().size(), 2000U);
}

TEST(Replay, StopsAtTheBatchThatTheScanSawLast) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.alloc(1, 10, StoreKind::kPool);
  maker.flush();
  const auto scanned = scan(file.path());
  ASSERT_TRUE(scanned);
  maker.alloc(2, 20, StoreKind::kPool);
  maker.flush();
  uint64_t bytes = 0;
  ASSERT_TRUE(replay(*scanned, {Instant{99}},
                     [&](size_t, const LiveSet& live) { bytes = live.totals().store_bytes; }));
  EXPECT_EQ(bytes, 10U);
}

TEST(ScanStores, FindsWhatAScanFindsButForSlices) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    const TemporaryFile file;
    Maker maker(file.path());
    tests::makeUpRandom(maker, seed, 3000);
    const Result<Scan> all = scan(file.path());
    const Result<Scan> stores = scanStores(file.path());
    ASSERT_TRUE(all && stores);
    EXPECT_EQ(stores->peak, all->peak) << seed;
    EXPECT_EQ(stores->end, all->end) << seed;
    EXPECT_EQ(stores->duration, all->duration) << seed;
    EXPECT_EQ(stores->at_peak.store_bytes, all->at_peak.store_bytes) << seed;
    EXPECT_EQ(stores->at_end.stores, all->at_end.stores) << seed;
    EXPECT_EQ(stores->at_end.slices, 0U) << seed;
    EXPECT_EQ(stores->traffic.freed_stores, all->traffic.freed_stores) << seed;
    EXPECT_EQ(stores->counts.slice, all->counts.slice) << seed;
    EXPECT_EQ(stores->counts.slice_free, all->counts.slice_free) << seed;
    EXPECT_EQ(stores->integrity.events, all->integrity.events) << seed;
    EXPECT_EQ(stores->marks.size(), all->marks.size()) << seed;
    EXPECT_TRUE(stores->complete());
  }
}

TEST(Survey, TellsWhenItReadLessThanTheScan) {
  const TemporaryFile file;
  Maker maker(file.path());
  for (uint64_t t = 1; t <= 20; ++t) {
    maker.alloc(t, 100, StoreKind::kPool);
    maker.flush();
  }
  maker.finish();
  const Result<Scan> stores = scanStores(file.path());
  ASSERT_TRUE(stores);
  ASSERT_EQ(stores->batches, 20U);
  const Result<Survey> whole = survey(*stores, {{"end", stores->end}});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->batches, 20U);
  std::filesystem::resize_file(file.path(), stores->integrity.good_bytes / 2);
  const Result<Survey> half = survey(*stores, {{"end", stores->end}});
  ASSERT_TRUE(half);
  EXPECT_LT(half->batches, 20U);
  EXPECT_GT(half->batches, 0U);
}

}  // namespace
}  // namespace slabscope::analysis
