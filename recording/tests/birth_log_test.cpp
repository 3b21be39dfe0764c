// SPDX-License-Identifier: Apache-2.0
#include "birth_log.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace slabscope::recording {
namespace {

struct Thing {
  uint64_t id = 0;
  uint64_t value = 0;
  friend bool operator==(const Thing&, const Thing&) = default;
};
uint64_t idOf(const Thing& thing) {
  return thing.id;
}

using Log = BirthLog<Thing>;
using Model = std::map<uint64_t, Thing>;

std::vector<Thing> allOf(const Log& log) {
  std::vector<Thing> all;
  for (size_t chunk = 0; chunk < log.chunkCount(); ++chunk)
    log.forEachIn(chunk, [&](const Thing& thing) { all.push_back(thing); });
  return all;
}

std::vector<Thing> allOf(const Model& model) {
  std::vector<Thing> all;
  for (const auto& [id, thing] : model) all.push_back(thing);
  return all;
}

class Pair {
 public:
  explicit Pair(unsigned seed) : random_(seed) {}

  uint64_t upTo(uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit)(random_); }

  void beBorn() {
    id_ += 1 + (upTo(20) == 0 ? upTo(1000) : 0);
    log.add({id_, upTo(9)});
    model[id_] = {id_, log.find(id_)->value};
  }
  /// Of what was born lately with a good chance, else any, dead or alive or never born.
  uint64_t anyId() { return upTo(1) == 0 ? id_ - std::min(id_, upTo(50)) : upTo(id_ + 5); }
  void die(uint64_t id) {
    const auto found = model.find(id);
    const std::optional<Thing> taken = log.take(id);
    ASSERT_EQ(taken.has_value(), found != model.end());
    if (!taken) return;
    ASSERT_EQ(*taken, found->second);
    model.erase(found);
  }
  void change(uint64_t id) {
    Thing* thing = log.findToChange(id);
    const auto found = model.find(id);
    ASSERT_EQ(thing != nullptr, found != model.end());
    if (thing != nullptr) found->second.value = ++thing->value;
  }

  Log log;
  Model model;

 private:
  std::mt19937_64 random_;
  uint64_t id_ = 0;
};

TEST(BirthLog, holds_what_a_map_holds_and_a_copy_stays_as_it_was) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    Pair pair(seed);
    Log copy;
    Model copied;
    for (int round = 0; round < 60; ++round) {
      // Times of growth and times of decline.
      const uint64_t births = pair.upTo(3);
      for (int i = 0; i < 2000; ++i) {
        if (pair.upTo(3) < births) pair.beBorn();
        if (pair.upTo(1) == 0) {
          ASSERT_NO_FATAL_FAILURE(pair.die(pair.anyId()));
        }
        if (pair.upTo(4) == 0) {
          ASSERT_NO_FATAL_FAILURE(pair.change(pair.anyId()));
        }
      }
      ASSERT_EQ(pair.log.size(), pair.model.size());
      ASSERT_TRUE(allOf(pair.log) == allOf(pair.model)) << "seed " << seed << " round " << round;
      ASSERT_EQ(copy.size(), copied.size());
      ASSERT_TRUE(allOf(copy) == allOf(copied)) << "seed " << seed << " round " << round;
      if (round % 3 == 0) {
        copy = pair.log;
        copied = pair.model;
      }
    }
  }
}

TEST(BirthLog, finds_nothing_where_nothing_was_born) {
  Log log;
  EXPECT_EQ(log.find(1), nullptr);
  EXPECT_EQ(log.chunkCount(), 0U);
  log.add({5, 1});
  for (const uint64_t id : {0ULL, 1ULL, 4ULL, 6ULL, ~0ULL}) EXPECT_EQ(log.find(id), nullptr) << id;
  EXPECT_TRUE(log.take(5));
  EXPECT_FALSE(log.take(5));
  EXPECT_EQ(log.size(), 0U);
}

TEST(BirthLog, keeps_few_chunks_when_few_survive) {
  Log log;
  constexpr uint64_t kBirths = 1'000'000;
  for (uint64_t id = 1; id <= kBirths; ++id) {
    log.add({id, id});
    if (id > 100 && (id - 100) % 1000 != 0) log.take(id - 100);
  }
  EXPECT_EQ(log.size(), 1000U + 99U);
  EXPECT_LE(log.chunkCount(), 4U);
}

}  // namespace
}  // namespace slabscope::recording
