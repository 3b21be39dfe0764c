// SPDX-License-Identifier: Apache-2.0
// The analysis of random recordings against a model that replays their export event by event.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "made_up.h"
#include "program.h"
#include "reference_model.h"
#include "slabscope/analysis/holders.h"
#include "slabscope/analysis/replay.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/analysis/stack_costs.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

using analysis::Instant;
using analysis::LiveSet;
using tests::ReferenceModel;

constexpr size_t kInstants = 250;  // of each of four recordings

ReferenceModel modelOf(const std::string& path) {
  return ReferenceModel(tests::historyOf(path));
}

class Reference : public ::testing::TestWithParam<uint32_t> {
 protected:
  Reference() {
    tests::Maker maker(file_.path());
    tests::makeUpRandom(maker, GetParam(), 1200);
    auto found = analysis::scan(file_.path());
    EXPECT_TRUE(found) << found.error().message;
    scan_ = std::move(*found);
    std::mt19937_64 random(GetParam());
    for (size_t i = 0; i < kInstants; ++i) instants_.push_back({.t = random() % (scan_.duration + 2)});
    std::sort(instants_.begin(), instants_.end());
  }

  const std::string& path() const { return file_.path(); }
  const analysis::Scan& scan() const { return scan_; }
  const std::vector<Instant>& instants() const { return instants_; }

 private:
  tests::TemporaryFile file_;
  analysis::Scan scan_;
  std::vector<Instant> instants_;  // in the order of time
};

void compareLiveSets(const LiveSet& live, const ReferenceModel& model) {
  size_t stores = 0;
  live.stores().forEach([&](recording::StoreId id, const analysis::LiveStore& store) {
    ++stores;
    ASSERT_TRUE(model.stores().contains(id.value));
    const ReferenceModel::Store& expected = model.stores().at(id.value);
    EXPECT_EQ(store.size, expected.size);
    EXPECT_EQ(recording::toString(store.kind), expected.kind);
    EXPECT_EQ(store.stack.value, expected.stack);
  });
  EXPECT_EQ(stores, model.stores().size());
  const std::map<uint64_t, ReferenceModel::Slice> expected = model.slices();
  size_t slices = 0;
  live.forEachSlice([&](recording::SliceId id, const analysis::LiveSlice& slice) {
    ++slices;
    ASSERT_TRUE(expected.contains(id.value));
    const ReferenceModel::Slice& one = expected.at(id.value);
    EXPECT_EQ(slice.store.value, one.store);
    EXPECT_EQ(slice.offset, one.offset);
    EXPECT_EQ(slice.length, one.length);
    EXPECT_EQ(slice.stack.value, one.stack);
    EXPECT_EQ(uint64_t{slice.isolate}, one.isolate);
    EXPECT_EQ(slice.born, one.born);
  });
  EXPECT_EQ(slices, expected.size());
}

void compareRetention(const LiveSet& live, const analysis::Owners& owners, const ReferenceModel& model) {
  const analysis::Holdings holdings = analysis::holdingsOf(live, owners);
  const analysis::Holders& found = holdings.holders;
  std::map<uint64_t, ReferenceModel::Holder> holders;
  uint64_t held = 0;
  for (const analysis::Holder& one : found.holders) {
    holders[one.owner.value] = {one.held, one.alone, one.live, one.slices};
    held += one.held;
  }
  EXPECT_EQ(holders, model.holders());
  uint64_t whole = 0;
  for (const auto& [id, store] : model.stores()) whole += store.isSlab() ? store.size : 0;
  EXPECT_EQ(held + found.unknown_bytes, whole) << "shares do not sum to the whole";

  std::map<uint64_t, uint64_t> callers;
  for (const analysis::StoreCaller& one : holdings.callers) callers[one.owner.value] = one.bytes;
  EXPECT_EQ(callers, model.callers());
}

TEST_P(Reference, LiveSetsAndRetentionAreThoseOfTheHistory) {
  ReferenceModel model = modelOf(path());
  const analysis::Owners owners(scan().definitions);
  size_t visited = 0;
  const Result<> replayed = analysis::replay(scan(), instants(), [&](size_t index, const LiveSet& live) {
    EXPECT_EQ(index, visited++);
    model.advanceTo(instants()[index].t);
    SCOPED_TRACE(instants()[index].t);
    compareLiveSets(live, model);
    compareRetention(live, owners, model);
  });
  EXPECT_TRUE(replayed);
  EXPECT_EQ(visited, kInstants);
}

TEST_P(Reference, SlabsAreThoseOfTheHistory) {
  ReferenceModel model = modelOf(path());
  for (const Instant& at : instants()) {
    model.advanceTo(at.t);
    const auto rows = analysis::slabTable(scan(), at);
    ASSERT_TRUE(rows);
    std::map<uint64_t, ReferenceModel::Slab> slabs;
    for (const analysis::SlabRow& row : *rows) {
      // What it is that a cut skipped is told by the cut, in a test of its own; here only that all is told.
      ReferenceModel::Slab slab{.size = row.size,
                                .live = row.live,
                                .dead = row.dead,
                                .gaps = row.padding + row.startup + row.unseen,
                                .rest = row.tail + row.free,
                                .slices = row.slices,
                                .cuts = row.cuts,
                                .isolate = row.isolate,
                                .born = row.born,
                                .left = row.tail != 0,
                                .died = row.died,
                                .holders = {}};
      for (const analysis::SlabHolder& one : row.holders)
        slab.holders[one.owner.value] = {one.live, one.share, one.slices};
      slabs[row.store.value] = slab;
    }
    std::map<uint64_t, ReferenceModel::Slab> expected = model.slabs();
    for (auto& [id, slab] : expected) slab.left = slab.left && slab.rest != 0;
    ASSERT_EQ(slabs, expected) << "at " << at.t;
  }
}

TEST_P(Reference, CostsAreThoseOfTheHistory) {
  ReferenceModel model = modelOf(path());
  for (const Instant& at : instants()) {
    model.advanceTo(at.t);
    const auto table = analysis::stackCosts(scan(), at);
    ASSERT_TRUE(table);
    std::map<uint64_t, ReferenceModel::Costs> costs;
    uint64_t held = 0;
    for (const analysis::StackCosts& one : table->stacks) {
      costs[one.stack.value] = {.allocations = one.costs.allocations,
                                .bytes = one.costs.bytes,
                                .live = one.costs.live_bytes,
                                .held = one.costs.held_bytes,
                                .alone = one.costs.held_bytes - one.costs.slab_held_bytes,
                                .temporary = one.costs.temporary,
                                .temporary_bytes = one.costs.temporary_bytes};
      held += one.costs.held_bytes;
    }
    for (const analysis::HeldTogether& one : table->together) {
      if (one.stacks.size() == 1) costs[one.stacks.front().value].alone += one.bytes;
    }
    std::erase_if(costs, [](const auto& one) { return one.second == ReferenceModel::Costs{}; });
    ASSERT_EQ(costs, model.costs()) << "at " << at.t;
    uint64_t whole = 0;
    for (const auto& [id, store] : model.stores()) whole += store.size;
    ASSERT_EQ(held + table->unknown_held_bytes, whole) << "at " << at.t;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Reference, ::testing::Values(101U, 102U, 103U, 104U));

}  // namespace
}  // namespace slabscope::cli
