// SPDX-License-Identifier: Apache-2.0
// What is alive at an instant is the same whether it is reached from a snapshot or from the start.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <tuple>
#include <utility>

#include "made_up.h"
#include "slabscope/analysis/replay.h"
#include "slabscope/analysis/scan.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::Event;
using recording::Nanoseconds;
using recording::SliceId;
using recording::StoreId;
using tests::Maker;
using tests::TemporaryFile;

constexpr recording::SnapshotSpacing kAfterEachBatch{.least_growth = 1, .growth_factor = 0};
constexpr size_t kInstants = 1000;

/// All that a live set can be asked for.
struct Figures {
  using Store =
      std::tuple<uint64_t, recording::StoreKind, uint32_t, uint32_t, Nanoseconds, uint64_t, uint64_t>;
  using Slice = std::tuple<uint64_t, uint64_t, uint64_t, uint32_t, uint32_t, Nanoseconds, bool>;
  std::map<StoreId, Store> stores;
  std::map<SliceId, Slice> slices;
  std::tuple<uint64_t, uint64_t, uint64_t, uint64_t> totals;
  std::map<uint32_t, Nanoseconds> full_collections;
  friend bool operator==(const Figures&, const Figures&) = default;
};

Figures figuresOf(const LiveSet& live) {
  Figures figures;
  live.stores().forEach([&](StoreId id, const LiveStore& store) {
    figures.stores[id] = {store.size, store.kind,   store.stack.value, store.isolate,
                          store.born, store.slices, store.slice_bytes};
  });
  live.forEachSlice([&](SliceId id, const LiveSlice& slice) {
    figures.slices[id] = {slice.store.value, slice.offset, slice.length, slice.stack.value,
                          slice.isolate,     slice.born,   slice.is_view};
  });
  const Totals& totals = live.totals();
  figures.totals = {totals.stores, totals.store_bytes, totals.slices, totals.slice_bytes};
  for (uint32_t isolate = 0; isolate < 4; ++isolate) {
    if (const Nanoseconds* full = live.collections().last(isolate)) figures.full_collections[isolate] = *full;
  }
  return figures;
}

std::vector<Instant> randomInstants(const Scan& scan, size_t count) {
  std::mt19937_64 random(11);
  const auto upTo = [&](uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit)(random); };
  std::vector<Instant> instants{scan.peak, scan.end, {0, 0}, {scan.duration}};
  while (instants.size() < count) {
    Instant at{upTo(scan.duration)};
    if (upTo(1) == 0) at.events = upTo(scan.integrity.events);
    instants.push_back(at);
  }
  return instants;
}

std::vector<Event> eventsOf(const Scan& scan) {
  std::vector<Event> events;
  auto reader = reopen(scan);
  recording::Batch batch;
  while (reader->next(batch)) events.insert(events.end(), batch.events.begin(), batch.events.end());
  return events;
}

/// By the events themselves, each time from where the one before left off.
std::vector<Figures> readFromTheStart(const Scan& scan, const std::vector<Instant>& instants) {
  const std::vector<Event> events = eventsOf(scan);
  std::vector<std::pair<uint64_t, size_t>> order;
  for (size_t i = 0; i < instants.size(); ++i) {
    uint64_t happened = 0;
    while (
        happened < events.size() &&
        instants[i].includes(happened, std::visit([](const auto& one) { return one.t; }, events[happened])))
      ++happened;
    order.emplace_back(happened, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Figures> all(instants.size());
  LiveSet live(&scan.kinds);
  uint64_t seen = 0;
  for (const auto& [happened, i] : order) {
    for (; seen < happened; ++seen) live.apply(events[seen]);
    all[i] = figuresOf(live);
  }
  return all;
}

/// Compares at all of the instants at once, and at the first so many each by itself. Returns how many batches
/// were read for these.
uint64_t expectTheSame(const Scan& scan, const std::vector<Instant>& instants, size_t by_themselves = 100) {
  const std::vector<Figures> expected = readFromTheStart(scan, instants);
  size_t visits = 0;
  const Result<> together = replay(scan, instants, [&](size_t index, const LiveSet& live) {
    ++visits;
    EXPECT_TRUE(figuresOf(live) == expected[index]) << "t " << instants[index].t << " together";
  });
  EXPECT_TRUE(together);
  EXPECT_EQ(visits, instants.size());
  uint64_t batches = 0;
  for (size_t i = 0; i < std::min(by_themselves, instants.size()) && !testing::Test::HasFailure(); ++i) {
    const Result<> alone = replay(
        scan, {instants[i]},
        [&](size_t, const LiveSet& live) {
          EXPECT_TRUE(figuresOf(live) == expected[i])
              << "t " << instants[i].t << " events " << instants[i].events;
        },
        [&](uint64_t) { ++batches; });
    EXPECT_TRUE(alone);
  }
  return batches;
}

Scan made(const TemporaryFile& file, uint32_t seed, size_t events,
          const recording::SnapshotSpacing& spacing = kAfterEachBatch) {
  Maker maker(file.path(), Maker::defaultHeader(), spacing);
  tests::makeUpRandom(maker, seed, events);
  return std::move(*scan(file.path()));
}

TEST(SnapshotReplay, FindsTheSameAtAThousandInstantsWithFarLessReading) {
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    const TemporaryFile file;
    const Scan scanned = made(file, seed, 6000);
    ASSERT_GT(scanned.integrity.snapshots, 15U);
    const TemporaryFile plain_file;
    const Scan plain = made(plain_file, seed, 6000, {});
    ASSERT_EQ(plain.integrity.snapshots, 0U);
    const std::vector<Instant> instants = randomInstants(scanned, kInstants);
    const uint64_t near = expectTheSame(scanned, instants);
    const uint64_t from_start = expectTheSame(plain, instants);
    EXPECT_LT(near * 3, from_start) << "seed " << seed;
  }
}

TEST(SnapshotReplay, FindsTheSameInAFileThatWasCutAnywhere) {
  const TemporaryFile file;
  const Scan whole = made(file, 5, 6000);
  std::mt19937_64 random(3);
  for (int cut = 0; cut < 6; ++cut) {
    // First the footer alone, then anything.
    std::filesystem::resize_file(
        file.path(), cut == 0 ? whole.integrity.good_bytes - 1
                              : whole.integrity.good_bytes / 10 * static_cast<uint64_t>(10 - cut) -
                                    random() % (whole.integrity.good_bytes / 20));
    const Result<Scan> scanned = scan(file.path());
    ASSERT_TRUE(scanned);
    ASSERT_FALSE(scanned->integrity.finished);
    ASSERT_GT(scanned->integrity.snapshots, 5U);
    expectTheSame(*scanned, randomInstants(*scanned, kInstants / 4), 50);
  }
}

// Slabs and slices that come and go, few at a time.
void churn(Maker& maker, uint64_t rounds) {
  std::mt19937_64 random(21);
  std::vector<std::pair<StoreId, SliceId>> alive;
  for (uint64_t t = 1; t <= rounds; ++t) {
    const StoreId slab = maker.alloc(t * 1000, 8192, recording::StoreKind::kPool);
    for (uint64_t offset = 0; offset < 8192; offset += 512)
      alive.emplace_back(slab, maker.slice(t * 1000 + offset / 16, slab, offset, random() % 512));
    while (alive.size() > 200) {
      std::swap(alive[random() % 100], alive.back());
      maker.add(recording::SliceFree{t * 1000 + 900, alive.back().second, false});
      alive.pop_back();
    }
    if (t % 10 == 0) maker.add(recording::Gc{t * 1000 + 901, 50, 0, recording::GcKind::kMarkCompact});
    if (t > 300) maker.add(recording::StoreFree{t * 1000 + 902, {t - 300}, false});
  }
}

TEST(SnapshotReplay, FindsTheSameInAFileWithALimit) {
  const TemporaryFile file;
  recording::Header header = Maker::defaultHeader();
  header.max_size = recording::Writer::kMinMaxSize;
  {
    Maker maker(file.path(), header, kAfterEachBatch);
    churn(maker, 6000);
    maker.finish();
  }
  const Result<Scan> scanned = scan(file.path());
  ASSERT_TRUE(scanned);
  ASSERT_TRUE(scanned->hasDropped());
  expectTheSame(*scanned, randomInstants(*scanned, kInstants));
}

TEST(SnapshotReplay, GoesNoFurtherThanTheScanWentInAFileThatGrows) {
  const TemporaryFile file;
  Maker maker(file.path(), Maker::defaultHeader(), kAfterEachBatch);
  const auto grow = [&](uint64_t t) {
    for (int i = 0; i < 300; ++i) maker.alloc(t, 100, recording::StoreKind::kArrayBuffer);
    for (size_t i = maker.events().size() - 300; i < maker.events().size(); ++i) {
      const auto* born = std::get_if<recording::StoreAlloc>(&maker.events()[i]);
      if (born != nullptr) maker.writer().add(recording::StoreFree{t, born->store, false});
    }
    maker.flush();
  };
  grow(10);
  maker.alloc(20, 7, recording::StoreKind::kArrayBuffer);
  maker.flush();
  const Result<Scan> scanned = scan(file.path());
  ASSERT_TRUE(scanned);
  for (int i = 0; i < 3; ++i) grow(20);
  maker.alloc(20, 8, recording::StoreKind::kArrayBuffer);
  maker.flush();
  uint64_t bytes = 0;
  ASSERT_TRUE(replay(*scanned, {Instant{20}},
                     [&](size_t, const LiveSet& live) { bytes = live.totals().store_bytes; }));
  EXPECT_EQ(bytes, 7U);
}

}  // namespace
}  // namespace slabscope::analysis
