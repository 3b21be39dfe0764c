// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "flat_map.h"
#include "live_set.h"
#include "memory_maps.h"
#include "output_name.h"

namespace slabscope::collector {
namespace {

TEST(FlatMap, BehavesLikeAMap) {
  std::mt19937_64 random(1);
  FlatMap<uint32_t> flat;
  std::map<uint64_t, uint32_t> model;
  for (int step = 0; step < 200'000; ++step) {
    uint64_t key = 16 * (1 + random() % 2000);
    if (random() % 2 == 0) {
      auto value = static_cast<uint32_t>(random());
      flat.set(key, value);
      model[key] = value;
    } else {
      flat.erase(key);
      model.erase(key);
    }
    uint64_t probe = 16 * (1 + random() % 2000);
    const uint32_t* found = flat.find(probe);
    auto expected = model.find(probe);
    ASSERT_EQ(found != nullptr, expected != model.end());
    if (found != nullptr) {
      ASSERT_EQ(*found, expected->second);
    }
  }
  EXPECT_EQ(flat.size(), model.size());
}

TEST(LiveSet, CostsLittleMemoryHoweverManyHaveLived) {
  LiveSet live;
  for (uint64_t i = 0; i < 100'000; ++i) {
    const uint64_t address = 0x1000 + 16 * (i % 10);
    if (const Slot before = live.storeAt(address)) {
      live.removeSlice(live.store(before).first_slice);
      live.removeStore(before);
    }
    LiveStore born;
    born.address = address;
    const Slot store = live.addStore(born);
    ASSERT_LE(store, 10U);
    ASSERT_LE(live.addSlice({.wire_id = i + 1, .store = store}), 10U);
  }
}

// All slices of a store, and the smallest around each place as a look at each of them tells.
struct Sliced {
  LiveSet live;
  std::vector<Slot> stores;
  std::vector<Slot> slices;
  uint64_t made = 0;

  void add(Slot store, uint64_t offset, uint64_t length) {
    const Slot slot = live.addSlice({.wire_id = ++made, .offset = offset, .length = length, .store = store});
    live.slice(slot).id = {made};
    slices.push_back(slot);
  }
  Slot expected(Slot store, uint64_t offset, uint64_t length) const {
    Slot best = 0;
    for (Slot slot : slices) {
      const LiveSlice& slice = live.slice(slot);
      if (slice.store != store || slice.offset > offset || slice.offset + slice.length < offset + length)
        continue;
      if (best == 0 || slice.length < live.slice(best).length ||
          (slice.length == live.slice(best).length && slice.id > live.slice(best).id))
        best = slot;
    }
    return best;
  }
};

// About as many at a time as one look at rows is for, some of them too far out for a row, and views of one
// place that differ in their age alone.
TEST(LiveSet, FindsTheSmallestSliceAroundAPlaceWhereRowsFillUpAndEmpty) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 200; ++round) {
    Sliced sliced;
    LiveStore store;
    store.address = 0x10000;
    store.size = uint64_t{1} << 27;
    const Slot slab = sliced.live.addStore(store);
    const uint64_t far = round % 4 == 0 ? (uint64_t{1} << 26) - 50 : 0;
    const size_t most = 6 + random() % 40;
    const auto place = [&] { return std::pair{far + random() % 100, random() % 8 * 10}; };
    for (int step = 0; step < 300; ++step) {
      const bool grows = sliced.slices.size() < 2 || (sliced.slices.size() < most && random() % 2 == 0);
      if (grows) {
        const auto [offset, length] = place();
        sliced.add(slab, offset, length);
      } else {
        std::swap(sliced.slices[random() % sliced.slices.size()], sliced.slices.back());
        sliced.live.removeSlice(sliced.slices.back());
        sliced.slices.pop_back();
      }
      const auto [offset, length] = place();
      ASSERT_EQ(sliced.live.smallestAround(slab, offset, length), sliced.expected(slab, offset, length))
          << round << ' ' << step;
    }
    while (!sliced.slices.empty()) {
      sliced.live.removeSlice(sliced.slices.back());
      sliced.slices.pop_back();
    }
    sliced.live.removeStore(slab);
  }
}

TEST(LiveSet, KnowsTheStoreOfAViewWhateverWasAskedBefore) {
  LiveSet live;
  LiveStore store;
  store.address = 0x1000;
  EXPECT_EQ(live.storeOfView(0x1000), 0U);
  const Slot first = live.addStore(store);
  EXPECT_EQ(live.storeOfView(0x1000), first);
  EXPECT_EQ(live.storeOfView(0), 0U);
  EXPECT_EQ(live.storeOfView(0x1000), first);
  live.removeStore(first);
  EXPECT_EQ(live.storeOfView(0x1000), 0U);
  store.external = 5;
  const Slot older = live.addStore(store);
  EXPECT_EQ(live.storeOfView(0x1000), older);
  store.external = 6;
  const Slot younger = live.addStore(store);
  EXPECT_EQ(live.storeOfView(0x1000), younger);
  live.removeStore(younger);
  EXPECT_EQ(live.storeOfView(0x1000), older);
  EXPECT_EQ(live.storeOfView(0), 0U);
}

TEST(LiveSet, FindsTheSlicesOfEachIsolateHoweverTheyTakeTurns) {
  std::mt19937_64 random(3);
  LiveSet live;
  LiveStore store;
  store.address = 0x1000;
  const Slot slab = live.addStore(store);
  std::array<std::vector<Slot>, 3> expected;
  for (uint64_t step = 1; step <= 2000; ++step) {
    const auto isolate = static_cast<uint32_t>(random() % expected.size());
    std::vector<Slot>& slices = expected[isolate];
    if (slices.empty() || random() % 2 == 0) {
      slices.push_back(live.addSlice({.wire_id = step, .store = slab, .isolate = isolate}));
    } else {
      live.removeSlice(slices.back());
      slices.pop_back();
    }
    const auto asked = static_cast<uint32_t>(random() % (expected.size() + 1));
    std::vector<Slot> found = live.slicesOfIsolate(asked);
    std::vector<Slot> wanted = asked < expected.size() ? expected[asked] : std::vector<Slot>{};
    std::sort(wanted.begin(), wanted.end());
    ASSERT_EQ(found, wanted) << step;
  }
}

TEST(LiveSet, FindsTheSmallestSliceAroundAPlaceAmongFewAndMany) {
  constexpr uint64_t kSize = 4096;
  std::mt19937_64 random(7);
  Sliced sliced;
  for (uint64_t index = 0; index < 3; ++index) {
    LiveStore store;
    store.address = 0x10000 * (index + 1);
    store.size = kSize;
    sliced.stores.push_back(sliced.live.addStore(store));
  }
  const auto place = [&] {
    const uint64_t length = random() % 4 == 0 ? random() % kSize : random() % 40;
    return std::pair{random() % (kSize - length + 1), length};
  };
  for (int step = 0; step < 20'000; ++step) {
    const Slot store = sliced.stores[random() % sliced.stores.size()];
    // Grows to hundreds, and shrinks to none, again and again.
    const bool grows = step / 1000 % 2 == 0;
    if (sliced.slices.empty() || random() % 10 < (grows ? 8U : 2U)) {
      const auto [offset, length] = place();
      sliced.add(store, offset, length);
    } else {
      std::swap(sliced.slices[random() % sliced.slices.size()], sliced.slices.back());
      sliced.live.removeSlice(sliced.slices.back());
      sliced.slices.pop_back();
    }
    const auto [offset, length] = place();
    ASSERT_EQ(sliced.live.smallestAround(store, offset, length), sliced.expected(store, offset, length))
        << step;
  }
}

TEST(LiveSet, LooksAtFewSlicesOfAStoreThatHasMany) {
  constexpr uint64_t kCount = 200'000;
  LiveSet live;
  LiveStore store;
  store.address = 0x1000;
  store.size = 8 * kCount;
  const Slot only = live.addStore(store);
  // A look at each of the others would take minutes.
  for (uint64_t index = kCount; index-- > 0;) {
    ASSERT_EQ(live.smallestAround(only, 8 * index, 8), 0U);
    live.addSlice({.wire_id = index + 1, .offset = 8 * index, .length = 8, .store = only});
  }
  while (const Slot slice = live.store(only).first_slice) live.removeSlice(slice);
  EXPECT_EQ(live.smallestAround(only, 0, 8), 0U);
}

TEST(OutputName, WithoutRequestIsMadeOfProgramAndPid) {
  OutputNames names("", "/usr/local/bin/node");
  EXPECT_EQ(names.next(7), "slabscope.node.7.slab");
  EXPECT_EQ(names.next(8), "slabscope.node.8.slab");
}

TEST(OutputName, IsTheRequestForTheFirstProcessAndHasThePidForFurtherOnes) {
  OutputNames names("out/run.slab", "node");
  EXPECT_EQ(names.next(7), "out/run.slab");
  EXPECT_EQ(names.next(8), "out/run.8.slab");
}

TEST(OutputName, ReplacesEachPercentP) {
  OutputNames names("%p/x-%p.slab", "node");
  EXPECT_EQ(names.next(7), "7/x-7.slab");
  EXPECT_EQ(names.next(8), "8/x-8.slab");
}

TEST(OutputName, IsNeverGivenTwice) {
  OutputNames by_default("", "node");
  EXPECT_EQ(by_default.next(7), "slabscope.node.7.slab");
  EXPECT_EQ(by_default.next(7), "slabscope.node.7.2.slab");
  EXPECT_EQ(by_default.next(7), "slabscope.node.7.3.slab");
  OutputNames fixed("run", "node");
  EXPECT_EQ(fixed.next(7), "run");
  EXPECT_EQ(fixed.next(7), "run.7");
  EXPECT_EQ(fixed.next(7), "run.7.2");
}

TEST(OutputName, GetsItsAdditionBeforeTheExtension) {
  EXPECT_EQ(withAddition("a.b/run", ".7"), "a.b/run.7");
  EXPECT_EQ(withAddition(".hidden", ".7"), ".hidden.7");
  EXPECT_EQ(withAddition("d/.hidden", ".7"), "d/.hidden.7");
  EXPECT_EQ(withAddition("a.tar.slab", ".7"), "a.tar.7.slab");
}

TEST(MemoryMaps, AreParsedLineByLine) {
  std::vector<MemoryRange> ranges = parseMaps(
      "00400000-00500000 r-xp 00001000 08:01 42                         /usr/bin/my node\n"
      "00500000-00600000 rw-p 00000000 00:00 0 \n"
      "nonsense\n"
      "7fff0000-7fff1000 r-xp 00000000 00:00 0                          [vdso]\n"
      "7fff2000-7fff3000 r-xp 00000000 08:01 43                         /lib/x.so (deleted)");
  ASSERT_EQ(ranges.size(), 4U);
  EXPECT_EQ(ranges[0].begin, 0x400000U);
  EXPECT_EQ(ranges[0].end, 0x500000U);
  EXPECT_EQ(ranges[0].file_offset, 0x1000U);
  EXPECT_EQ(ranges[0].inode, 42U);
  EXPECT_EQ(ranges[0].path, "/usr/bin/my node");
  EXPECT_EQ(ranges[1].path, "");
  EXPECT_EQ(ranges[2].path, "");
  EXPECT_EQ(ranges[3].path, "/lib/x.so (deleted)");
}

}  // namespace
}  // namespace slabscope::collector
