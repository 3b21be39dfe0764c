// SPDX-License-Identifier: Apache-2.0
#include "live_records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace slabscope::recording {
namespace {

// The same, without a thought for what it costs.
struct Model {
  std::map<uint64_t, StoreAlloc> stores;
  std::map<uint64_t, Slice> slices;

  std::vector<Slice> alive() const {
    std::vector<Slice> found;
    for (const auto& [id, slice] : slices) {
      if (stores.contains(slice.store.value)) found.push_back(slice);
    }
    return found;
  }
  uint64_t bytes() const {
    uint64_t sum = 0;
    for (const auto& [id, store] : stores) sum += store.size;
    return sum;
  }
};

std::vector<Slice> slicesOf(const LiveRecords& live) {
  std::vector<Slice> found;
  for (size_t chunk = 0; chunk < live.slices().chunkCount(); ++chunk) {
    live.slices().forEachIn(chunk, [&](const Slice& slice) {
      if (live.isAlive(slice)) found.push_back(slice);
    });
  }
  return found;
}

std::vector<StoreAlloc> storesOf(const LiveRecords& live) {
  std::vector<StoreAlloc> found;
  for (size_t chunk = 0; chunk < live.stores().chunkCount(); ++chunk)
    live.stores().forEachIn(chunk, [&](const LiveStoreRecord& store) { found.push_back(store.event); });
  return found;
}

class Course {
 public:
  explicit Course(unsigned seed) : random_(seed) {}

  void step() {
    switch (random_() % 8) {
      case 0:
        return bearStore();
      case 1:
        return killStore();
      case 2:
        return change();
      case 3:
      case 4:
      case 5:
        return bearSlice();
      default:
        return killSlice();
    }
  }
  void settleAndCompare() {
    live_.settle();
    std::vector<StoreAlloc> stores;
    for (const auto& [id, store] : model_.stores) stores.push_back(store);
    EXPECT_TRUE(storesOf(live_) == stores);
    EXPECT_TRUE(slicesOf(live_) == model_.alive());
  }
  void compareBytes() { ASSERT_EQ(live_.storeBytes(), model_.bytes()); }

 private:
  // Young ones more often, dead ones too.
  uint64_t some(uint64_t last) {
    return last == 0 ? 0 : last - std::min(last - 1, random_() % (random_() % 4 == 0 ? last : 20));
  }
  void bearStore() {
    StoreAlloc store;
    store.t = ++t_;
    store.store.value = ++stores_;
    store.size = random_() % 1000;
    live_.on(store);
    model_.stores[stores_] = store;
  }
  void killStore() {
    const StoreFree free{.t = ++t_, .store = {some(stores_)}};
    live_.on(free);
    model_.stores.erase(free.store.value);
  }
  void change() {
    const StoreId id{some(stores_)};
    const auto found = model_.stores.find(id.value);
    const StoreResize resize{.t = ++t_, .store = id, .size = random_() % 1000};
    const StoreMove move{.t = ++t_, .store = id, .isolate = static_cast<uint32_t>(random_() % 5)};
    const StoreKindKnown known{.t = ++t_, .store = id, .kind = StoreKind::kPool};
    live_.on(resize);
    live_.on(move);
    live_.on(known);
    if (found == model_.stores.end()) return;
    found->second.size = resize.size;
    found->second.isolate = move.isolate;
    found->second.kind = known.kind;
  }
  void bearSlice() {
    if (stores_ == 0) return;
    Slice slice{.t = ++t_, .store = {some(stores_)}, .offset = random_() % 100, .length = 5};
    const SliceId id{++slices_};
    const StackId stack{static_cast<uint32_t>(random_() % 9)};
    live_.onSlice(slice, t_, id, stack);
    slice.slice = id;
    slice.stack = stack;
    model_.slices[id.value] = slice;
  }
  void killSlice() {
    const SliceFree free{.t = ++t_, .slice = {some(slices_)}};
    live_.on(free);
    model_.slices.erase(free.slice.value);
  }

  std::mt19937_64 random_;
  LiveRecords live_;
  Model model_;
  Nanoseconds t_ = 0;
  uint64_t stores_ = 0;
  uint64_t slices_ = 0;
};

TEST(LiveRecords, hold_what_lives_when_a_batch_ends_whether_it_was_born_in_it_or_before) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    Course run(seed);
    for (int batch = 0; batch < 30; ++batch) {
      for (int step = 0; step < 50 * (batch % 7); ++step) {
        run.step();
        run.compareBytes();
      }
      run.settleAndCompare();
    }
  }
}

}  // namespace
}  // namespace slabscope::recording
