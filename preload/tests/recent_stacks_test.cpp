// SPDX-License-Identifier: Apache-2.0
#include "recent_stacks.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>

namespace slabscope::preload {
namespace {

class Recently : public ::testing::Test {
 protected:
  using Stacks = RecentStacks<uint32_t, 2>;
  static constexpr uint32_t kEpoch = 7;

  /// Meets the stack `id` at a place, and keeps it where there is room. Whether it was known.
  bool meet(uint32_t place, uint32_t id) {
    const uintptr_t innermost = innermostOf(id);
    const uint32_t found = stacks_->find(place, innermost, kEpoch);
    if (found != Stacks::kNone) {
      EXPECT_EQ((*stacks_)[found].value, id);
      return true;
    }
    Stacks::Recent* room = stacks_->roomFor(place, id);
    if (room == nullptr) return false;
    room->value = id;
    room->stack.begin(innermost, kEpoch);
    room->stack.add(innermost, innermost + sizeof(uintptr_t));
    return false;
  }

 private:
  uintptr_t innermostOf(uint32_t id) { return reinterpret_cast<uintptr_t>(&words_[2 * id]); }

  std::array<uintptr_t, 64> words_{};
  std::unique_ptr<Stacks> stacks_ = std::make_unique<Stacks>();
};

TEST_F(Recently, AStackIsKeptOnceItHasComeTwice) {
  EXPECT_FALSE(meet(1, 5));
  EXPECT_FALSE(meet(1, 5));
  EXPECT_TRUE(meet(1, 5));
  EXPECT_FALSE(meet(2, 5)) << "another place";
}

TEST_F(Recently, StacksThatShareAPlaceDoNotDriveEachOtherOut) {
  for (int round = 0; round < 3; ++round)
    for (uint32_t id = 1; id <= Stacks::kWays; ++id) EXPECT_EQ(meet(3, id), round == 2) << round << ' ' << id;
}

TEST_F(Recently, AStackFindsItsPlaceAgainAfterMoreThanThereIsRoomFor) {
  for (uint32_t id = 1; id <= 3 * Stacks::kWays; ++id) {
    meet(0, id);
    meet(0, id);
    EXPECT_TRUE(meet(0, id)) << id;
  }
  EXPECT_FALSE(meet(0, 1)) << "others have its room";
}

}  // namespace
}  // namespace slabscope::preload
