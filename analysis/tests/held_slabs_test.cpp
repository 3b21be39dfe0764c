// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/held_slabs.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>

#include "slabscope/recording/model.h"

namespace slabscope::analysis {
namespace {

using recording::SliceId;
using recording::StoreId;
using recording::StoreKind;

using Ranges = std::vector<std::pair<uint64_t, uint64_t>>;  // offset and length

class HeldSlabs : public testing::Test {
 protected:
  void add(StoreId store, StoreKind kind) {
    live_.apply(recording::StoreAlloc{.store = store, .size = store.value * 1'000, .kind = kind});
  }
  void cut(StoreId store, uint64_t offset, uint64_t length) {
    live_.apply(recording::Slice{.slice = {++slices_}, .store = store, .offset = offset, .length = length});
  }
  void die(uint64_t slice) { live_.apply(recording::SliceFree{.slice = {slice}}); }
  uint64_t slices() const { return slices_; }

  /// By their sizes; each may come once.
  std::map<uint64_t, Ranges> found() const {
    std::map<uint64_t, Ranges> slabs;
    forEachHeldSlab(live_, [&](const LiveStore& slab, SlicesOfSlab slices) {
      Ranges ranges;
      for (const LiveSlice* slice : slices) ranges.emplace_back(slice->offset, slice->length);
      EXPECT_TRUE(slabs.emplace(slab.size, ranges).second) << "came twice";
    });
    return slabs;
  }

 private:
  LiveSet live_;
  uint64_t slices_ = 0;
};

TEST_F(HeldSlabs, come_whole_where_pools_are_cut_in_turns) {
  add({1}, StoreKind::kPool);
  add({2}, StoreKind::kNativePool);
  add({3}, StoreKind::kPool);
  for (uint64_t i = 0; i < 3; ++i) {
    cut({1}, i * 10, 5);
    cut({2}, i * 20, 6);
  }
  cut({3}, 0, 7);
  cut({1}, 30, 5);
  const std::map<uint64_t, Ranges> expected = {
      {1'000, {{0, 5}, {10, 5}, {20, 5}, {30, 5}}}, {2'000, {{0, 6}, {20, 6}, {40, 6}}}, {3'000, {{0, 7}}}};
  EXPECT_EQ(found(), expected);
}

TEST_F(HeldSlabs, have_their_slices_by_offset_and_those_at_one_place_by_birth) {
  add({1}, StoreKind::kPool);
  cut({1}, 40, 1);
  cut({1}, 8, 2);
  cut({1}, 40, 3);
  cut({1}, 0, 4);
  const std::map<uint64_t, Ranges> expected = {{1'000, {{0, 4}, {8, 2}, {40, 1}, {40, 3}}}};
  EXPECT_EQ(found(), expected);
}

TEST_F(HeldSlabs, are_neither_empty_nor_stores_of_their_own) {
  add({1}, StoreKind::kPool);
  add({2}, StoreKind::kArrayBuffer);
  add({3}, StoreKind::kPool);
  cut({1}, 0, 4);
  cut({2}, 0, 4);
  cut({3}, 0, 4);
  die(1);
  const std::map<uint64_t, Ranges> expected = {{3'000, {{0, 4}}}};
  EXPECT_EQ(found(), expected);
}

TEST_F(HeldSlabs, are_those_that_a_map_has_however_slices_come_and_go) {
  std::mt19937 random(11);
  constexpr uint64_t kStores = 40;
  for (uint64_t store = 1; store <= kStores; ++store) add({store}, StoreKind::kPool);
  std::map<uint64_t, std::pair<uint64_t, uint64_t>> alive;  // slice: size of its slab, offset
  for (int i = 0; i < 30'000; ++i) {
    const uint64_t store = 1 + random() % kStores;
    const uint64_t offset = random() % 500;
    cut({store}, offset, 1);
    alive[slices()] = {store * 1'000, offset};
    const uint64_t dies = 1 + random() % slices();
    if (random() % 8 != 0 && alive.erase(dies) == 1) die(dies);
  }
  std::map<uint64_t, std::multimap<uint64_t, uint64_t>> sorted;
  for (const auto& [slice, of] : alive) sorted[of.first].emplace(of.second, 1);
  std::map<uint64_t, Ranges> expected;
  for (const auto& [size, ranges] : sorted) expected[size] = Ranges(ranges.begin(), ranges.end());
  EXPECT_EQ(found(), expected);
}

}  // namespace
}  // namespace slabscope::analysis
