// SPDX-License-Identifier: Apache-2.0
// Calls that are made up as V8 has made them over the years, and where their arguments are found.
#include "call_arguments.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace slabscope::preload {
namespace {

constexpr uintptr_t kFirst = 0x1111'1111'1111;
constexpr uintptr_t kSecond = 0x2222'2222'2221;

class Calls : public ::testing::Test {
 protected:
  Calls() { stack_.fill(0xdead'beef); }

  uintptr_t* at(size_t word) { return &stack_[word]; }
  uintptr_t address(size_t word) { return reinterpret_cast<uintptr_t>(at(word)); }

  /// A pointer to implicit arguments, one to the arguments, how many.
  uintptr_t* older(size_t info, size_t arguments) {
    stack_[info] = address(arguments - 3);
    stack_[info + 1] = address(arguments);
    stack_[info + 2] = 2;
    stack_[arguments] = kFirst;
    stack_[arguments + 1] = kSecond;
    return at(info);
  }

  /// The frame itself.
  uintptr_t* newer(size_t info) {
    stack_[info] = 2;
    stack_[info + 10] = kFirst;
    stack_[info + 11] = kSecond;
    return at(info);
  }

  void look(const uintptr_t* info) {
    const StackBounds stack{address(0), address(0) + sizeof stack_};
    calls_.learn(info, stack, kFirst, kSecond);
  }

  std::string conclude() {
    const char* problem = calls_.conclude();
    return problem != nullptr ? problem : "";
  }

  std::array<uintptr_t, 64> stack_{};
  CallArguments calls_{};
};

TEST_F(Calls, OfTheOlderFormAreFoundByThePointer) {
  for (size_t i = 0; i < 8; ++i) look(older(4, 20 + i));
  ASSERT_EQ(conclude(), "");
  stack_[40] = 5;
  EXPECT_EQ(calls_.of(older(10, 40)), at(40));
}

TEST_F(Calls, OfTheOlderFormWithTheArgumentsBesideAreFoundByThePointer) {
  for (size_t i = 0; i < 8; ++i) look(older(4, 10));
  ASSERT_EQ(conclude(), "");
  EXPECT_EQ(calls_.of(older(4, 30)), at(30));
}

TEST_F(Calls, OfTheNewerFormAreFoundInTheFrame) {
  for (size_t i = 0; i < 8; ++i) look(newer(2 + i));
  ASSERT_EQ(conclude(), "");
  EXPECT_EQ(calls_.of(newer(30)), at(40));
}

TEST_F(Calls, AreNotKnownFromFew) {
  for (size_t i = 0; i < 7; ++i) look(newer(2));
  EXPECT_EQ(conclude(), "too few calls were seen");
  EXPECT_FALSE(calls_.known());
}

TEST_F(Calls, OfBothFormsAreNotKnown) {
  for (size_t i = 0; i < 4; ++i) look(newer(2));
  stack_.fill(0);
  for (size_t i = 0; i < 4; ++i) look(older(30, 50));
  EXPECT_EQ(conclude(), "the arguments of a call are not where they are looked for");
}

TEST_F(Calls, AreNotLookedForBeyondTheStack) {
  stack_[63] = kFirst;
  for (size_t i = 0; i < 8; ++i) look(at(60));
  EXPECT_FALSE(conclude().empty());
}

}  // namespace
}  // namespace slabscope::preload
