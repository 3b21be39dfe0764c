// SPDX-License-Identifier: Apache-2.0
// Of pools that are several in one isolate, none has left a slab for another's.
#include "slab_families.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "made_up.h"
#include "read_whole.h"
#include "slabscope/analysis/run_figures.h"
#include "slabscope/analysis/slab_layout.h"
#include "slabscope/analysis/slab_table.h"
#include "slabscope/analysis/slab_usage.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StackId;
using recording::StoreId;
using recording::StoreKind;
using tests::Maker;
using tests::TemporaryFile;
using tests::WholeRecording;

// Innermost first: createUnsafeBuffer, createPool, the function of node:buffer that `caller` names.
StackId createPool(Maker& maker, const std::string& caller) {
  const StackId by = maker.stack(caller, caller == "mine" ? "/app/app.js" : "node:buffer", 186, 1);
  const StackId pool = maker.stack("createPool", "node:buffer", 181, 17, by);
  return maker.stack("createUnsafeBuffer", "node:internal/buffer", 1113, 10, pool);
}

// The main pool's slabs are born at 10 and 40, that of a ShadowRealm at 20.
class TwoPools : public testing::Test {
 protected:
  explicit TwoPools(const std::string& realm_by = "") {
    Maker maker(file_.path());
    first_ = maker.alloc(10, 1024, StoreKind::kPool);
    maker.slice(11, first_, 0, 100);
    further_ = maker.alloc(20, 2048, StoreKind::kPool, createPool(maker, realm_by));
    maker.slice(30, first_, 104, 40);
    const auto second = maker.alloc(40, 1024, StoreKind::kPool, createPool(maker, "allocate"));
    maker.slice(41, second, 0, 1000);
    maker.finish();
    all_ = tests::readWhole(file_.path());
  }

  uint64_t tail(StoreId slab, recording::Nanoseconds t) const {
    const Result<std::vector<SlabRow>> rows = slabTable(all_.scan, {.t = t});
    for (const SlabRow& row : *rows) {
      if (row.store == slab) return row.tail;
    }
    ADD_FAILURE() << "no such slab";
    return 0;
  }
  ByteState endOf(StoreId slab, recording::Nanoseconds t) const {
    return slabLayout(all_.lives, *all_.lives.find(slab), {.t = t}).back().state;
  }
  uint64_t allTails(recording::Nanoseconds t) const {
    return static_cast<uint64_t>(
        std::llround(slabUsage(all_.lives, {0, 50}).of(ByteState::kTail).over(t, t + 1)));
  }

  TemporaryFile file_;
  StoreId first_;
  StoreId further_;
  WholeRecording all_;
};

TEST_F(TwoPools, OfWhichOneBeginsHaveLeftNoSlab) {
  EXPECT_EQ(tail(first_, 25), 0U);
  EXPECT_EQ(endOf(first_, 25), ByteState::kFree);
  EXPECT_EQ(allTails(25), 0U);
}

TEST_F(TwoPools, OfWhichOneGoesOnHaveLeftTheSlabOfThatOne) {
  EXPECT_EQ(tail(first_, 45), 1024U - 144);
  EXPECT_EQ(endOf(first_, 45), ByteState::kTail);
  EXPECT_EQ(tail(further_, 45), 0U);
  EXPECT_EQ(endOf(further_, 45), ByteState::kFree);
  EXPECT_EQ(allTails(45), 1024U - 144);
  const SlabLife& first = *all_.lives.find(first_);
  EXPECT_EQ(successorOf(all_.lives, first, 30), &all_.lives.slabs.back());
  EXPECT_EQ(successorOf(all_.lives, *all_.lives.find(further_), 0), nullptr);
  const Result<RunFigures> run = runFigures(all_.scan, {"end"});
  ASSERT_TRUE(run);
  EXPECT_EQ(run->metric("slab_tail_bytes").told, 1024.0 - 144);
}

class OnePool : public TwoPools {
 protected:
  OnePool() : TwoPools("fromStringFast") {}
};

TEST_F(OnePool, HasLeftASlabOnceAFunctionThatCutsHasMadeAnother) {
  EXPECT_EQ(tail(first_, 25), 1024U - 100);
  EXPECT_EQ(endOf(first_, 25), ByteState::kTail);
  EXPECT_EQ(allTails(25), 1024U - 100);
  EXPECT_EQ(tail(further_, 45), 2048U);
}

TEST(FurtherPools, BeginOnlyWithASlabThatTheModuleMakesAndOnlyWhereThereIsAPool) {
  const TemporaryFile file;
  Maker maker(file.path());
  const StackId of_module = createPool(maker, "");
  const StackId of_program = createPool(maker, "mine");
  const StackId without_caller = maker.stack("createPool", "node:buffer", 181, 17);
  maker.alloc(1, 1, StoreKind::kPool);
  maker.finish();
  const WholeRecording all = tests::readWhole(file.path());
  FurtherPools pools(all.scan.definitions);
  const SlabFamily main{0, StoreKind::kPool};
  EXPECT_FALSE(pools.beginWith(main, of_module)) << "the first of the isolate";
  EXPECT_TRUE(pools.beginWith(main, of_module));
  EXPECT_FALSE(pools.beginWith({1, StoreKind::kPool}, of_module)) << "the first of another isolate";
  EXPECT_FALSE(pools.beginWith(main, of_program));
  EXPECT_FALSE(pools.beginWith(main, without_caller)) << "with --stacks=2";
  EXPECT_FALSE(pools.beginWith(main, {}));
}

}  // namespace
}  // namespace slabscope::analysis
