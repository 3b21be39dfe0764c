// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

#include "made_up_pool.h"
#include "slabscope/analysis/pool_facts.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreId;
using tests::PoolMaker;
using tests::TemporaryFile;

uint64_t tails(const PoolFacts& facts, TailCause cause) {
  return facts.cost.all.tails.at(static_cast<size_t>(cause)).count;
}

uint64_t cutsWithACause(const PoolFacts& facts) {
  uint64_t cuts = facts.placement.backward;
  for (const recording::Tally& gap : facts.placement.gaps) cuts += gap.count;
  return cuts;
}

uint64_t explainedBytes(const FillFigures& fill) {
  return fill.cut + fill.padding + fill.aligned + fill.room + fill.tail();
}

// A pool as Node's code has it, and a program that keeps some of what it gets.
class Pool {
 public:
  Pool(PoolMaker& maker, uint32_t seed) : maker_(maker), random_(seed) { next(); }

  void run(int requests) {
    for (int i = 0; i < requests; ++i) {
      const bool string = random_() % 4 == 0;
      request(1 + random_() % (string ? 900 : 4095), string);
      if (random_() % 3 != 0 && !live_.empty()) die();
    }
  }

  uint64_t cuts = 0;
  uint64_t slabs = 0;
  uint64_t strings_in_vain = 0;

 private:
  void next() {
    slab_ = maker_.slab(++t_);
    ++slabs;
    offset_ = 0;
  }
  void request(uint64_t length, bool string) {
    const uint64_t wanted = string ? length * 4 : length;
    if (wanted > 8192 - offset_) {
      if (string && length <= 8192 - offset_) ++strings_in_vain;
      next();
    }
    live_.push_back(
        maker_.cut(++t_, slab_, offset_, length, string ? maker_.fromString() : maker_.allocUnsafe()));
    ++cuts;
    offset_ = (offset_ + length + 7) / 8 * 8;
  }
  void die() {
    std::swap(live_[random_() % live_.size()], live_.back());
    maker_.die(++t_, live_.back());
    live_.pop_back();
  }

  PoolMaker& maker_;
  std::mt19937 random_;
  uint64_t t_ = 0;
  StoreId slab_;
  uint64_t offset_ = 0;
  std::vector<recording::SliceId> live_;
};

TEST(FactsOfARandomRun, AreThoseOfThePoolThatMadeIt) {
  for (const uint32_t seed : {1U, 2U, 3U}) {
    const TemporaryFile file;
    PoolMaker maker(file.path());
    Pool pool(maker, seed);
    pool.run(5000);
    maker.finish();
    const Result<Scan> scanned = scan(file.path());
    const PoolFacts facts = *poolFacts(*scanned);
    EXPECT_EQ(facts.placement.cuts, pool.cuts);
    EXPECT_EQ(cutsWithACause(facts), pool.cuts);
    EXPECT_EQ(facts.placement.verdict, Verdict::kDoesNotHold);
    EXPECT_EQ(facts.reuse.verdict, Verdict::kDoesNotHold);
    EXPECT_EQ(facts.threshold.verdict, Verdict::kHolds);
    EXPECT_EQ(facts.cost.all.slabs, pool.slabs - 1);
    EXPECT_EQ(facts.cost.not_whole, 0U);
    EXPECT_EQ(facts.cost.all.bytes, (pool.slabs - 1) * 8192);
    EXPECT_EQ(explainedBytes(facts.cost.all), facts.cost.all.bytes);
    EXPECT_EQ(tails(facts, TailCause::kStringReservation), pool.strings_in_vain);
    EXPECT_EQ(tails(facts, TailCause::kUnknown), 0U);
  }
}

TEST(FactsOfARandomRun, AddUpWhateverTheEvents) {
  for (const uint32_t seed : {5U, 6U, 7U, 8U}) {
    const TemporaryFile file;
    tests::Maker maker(file.path());
    tests::makeUpRandom(maker, seed, 5000);
    const Result<Scan> scanned = scan(file.path());
    const PoolFacts facts = *poolFacts(*scanned);
    EXPECT_EQ(cutsWithACause(facts), facts.placement.cuts);
    EXPECT_EQ(facts.cost.all.bytes, explainedBytes(facts.cost.all));
    uint64_t cuts = 0;
    for (const auto& [isolate, pool] : facts.threads.isolates) cuts += pool.cuts;
    EXPECT_EQ(cuts, facts.placement.cuts);
  }
}

}  // namespace
}  // namespace slabscope::analysis
