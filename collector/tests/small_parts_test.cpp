// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

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
    ASSERT_LE(live.addSlice(i + 1, store, 0), 10U);
  }
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
