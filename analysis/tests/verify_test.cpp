// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/verify.h"

#include <gtest/gtest.h>

#include "made_up.h"
#include "slabscope/analysis/scan.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;
using tests::Maker;

// The problems of a recording that `make` writes.
template <class Make>
std::vector<std::string> problemsOf(Make make) {
  const tests::TemporaryFile file;
  Maker maker(file.path());
  make(maker);
  maker.finish();
  Verifier verifier;
  const auto scanned = scan(file.path(), {}, [&](const recording::Batch& batch) { verifier.take(batch); });
  EXPECT_TRUE(scanned);
  EXPECT_TRUE(scanned->integrity.damage.empty());
  EXPECT_EQ(verifier.problemCount(), verifier.problems().size());
  return verifier.problems();
}

using Problems = std::vector<std::string>;

TEST(Verifier, FindsNothingInASoundRecording) {
  EXPECT_EQ(problemsOf([](Maker& maker) { tests::makeUpRandom(maker, 11, 2000); }), Problems{});
}

TEST(Verifier, FindsWhatHappensToAStoreThatIsNotAlive) {
  const auto dead = [](Maker& maker) {
    const auto store = maker.alloc(1, 10, StoreKind::kPool);
    maker.add(recording::StoreFree{.t = 2, .store = store, .teardown = false});
    return store;
  };
  EXPECT_EQ(problemsOf([&](Maker& maker) {
              maker.add(recording::StoreFree{.t = 3, .store = dead(maker), .teardown = false});
            }),
            Problems{"at 3 ns: store 1 is freed but not alive"});
  EXPECT_EQ(problemsOf([&](Maker& maker) {
              maker.add(recording::StoreResize{.t = 3, .store = dead(maker), .size = 5});
            }),
            Problems{"at 3 ns: store 1 is resized but not alive"});
  EXPECT_EQ(problemsOf([&](Maker& maker) {
              maker.add(recording::StoreMove{.t = 3, .store = dead(maker), .isolate = 5});
            }),
            Problems{"at 3 ns: store 1 is moved but not alive"});
  EXPECT_EQ(problemsOf([&](Maker& maker) { maker.slice(3, dead(maker), 0, 1); }),
            Problems{"at 3 ns: slice 1 is cut from store 1, which is not alive"});
}

TEST(Verifier, FindsSlicesOutsideOfTheirStore) {
  EXPECT_EQ(problemsOf([](Maker& maker) { maker.slice(2, maker.alloc(1, 10, StoreKind::kPool), 8, 3); }),
            Problems{"at 2 ns: slice 1 (offset 8, length 3) is outside of store 1 (size 10)"});
  EXPECT_EQ(problemsOf([](Maker& maker) { maker.slice(2, maker.alloc(1, 10, StoreKind::kPool), 10, 0); }),
            Problems{});
  EXPECT_EQ(problemsOf([](Maker& maker) {
              const auto store = maker.alloc(1, 10, StoreKind::kResizable);
              maker.add(recording::StoreResize{.t = 2, .store = store, .size = 100});
              maker.slice(3, store, 50, 50);
            }),
            Problems{});
}

TEST(Verifier, FindsSlicesThatDieTwiceOrHaveAForeignParent) {
  EXPECT_EQ(problemsOf([](Maker& maker) {
              const auto slice = maker.slice(2, maker.alloc(1, 10, StoreKind::kPool), 0, 3);
              maker.add(recording::SliceFree{.t = 3, .slice = slice, .teardown = false});
              maker.add(recording::SliceFree{.t = 4, .slice = slice, .teardown = false});
            }),
            Problems{"at 4 ns: slice 1 is freed but not alive"});
  EXPECT_EQ(problemsOf([](Maker& maker) {
              const auto parent = maker.slice(2, maker.alloc(1, 10, StoreKind::kPool), 0, 3);
              maker.slice(4, maker.alloc(3, 10, StoreKind::kPool), 0, 3, {}, parent);
            }),
            Problems{"at 4 ns: slice 2 of store 2 has a parent in store 1"});
}

TEST(Verifier, CountsEveryProblemButKeepsTheFirst) {
  const tests::TemporaryFile file;
  Maker maker(file.path());
  const auto store = maker.alloc(1, 10, StoreKind::kPool);
  for (uint64_t i = 0; i < 50; ++i) maker.slice(2 + i, store, 11, 1);
  maker.finish();
  Verifier verifier;
  ASSERT_TRUE(scan(file.path(), {}, [&](const recording::Batch& batch) { verifier.take(batch); }));
  EXPECT_EQ(verifier.problemCount(), 50U);
  EXPECT_EQ(verifier.problems().size(), Verifier::kKept);
}

}  // namespace
}  // namespace slabscope::analysis
