// SPDX-License-Identifier: Apache-2.0
// Views that are made up as V8 lays them out, and what can be learned of them.
#include "view_words.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace slabscope::preload {
namespace {

using Words = std::array<uintptr_t, ViewWords::kWords>;

constexpr size_t kOffsetWord = 4;
constexpr size_t kByteLengthWord = 5;
constexpr size_t kLengthWord = 7;
constexpr size_t kDataWord = 8;
constexpr size_t kMarkWord = 12;

class LearnedViews : public ::testing::Test {
 protected:
  View some() {
    View view{};
    view.offset = random_() % 65536;
    view.length = random_() % 4096;
    view.data = 0x7f00'0000'0000 + (random_() % 1000) * 65536 + view.offset;
    return view;
  }

  Words wordsOf(const View& view) {
    Words words;
    for (uintptr_t& word : words) word = random_() << 32 | random_();
    words[0] = 0x1234'5679;
    words[kOffsetWord] = view.offset;
    words[kByteLengthWord] = words[kLengthWord] = view.length;
    words[kDataWord] = view.data;
    words[kMarkWord] = 0;
    return words;
  }

  void show(int count) {
    for (int i = 0; i < count; ++i) {
      const View view = some();
      learned_.learn(wordsOf(view).data(), view);
    }
  }

  void showMarks(int count) {
    for (int i = 0; i < count; ++i) {
      Words words = wordsOf(some());
      words[kMarkWord] = (random_() % (1 << 30)) << 32;
      learned_.learnMark(words.data(), words[kMarkWord]);
    }
  }

  std::string conclude() {
    const char* problem = learned_.conclude();
    return problem != nullptr ? problem : "";
  }

  ViewWords learned_{};
  std::mt19937_64 random_{7};
};

TEST_F(LearnedViews, AreReadAsTheyWereMade) {
  showMarks(8);
  show(64);
  EXPECT_TRUE(learned_.hasSeenEnough());
  ASSERT_EQ(conclude(), "");
  EXPECT_TRUE(learned_.known());
  for (int i = 0; i < 100; ++i) {
    const View view = some();
    EXPECT_EQ(learned_.read(wordsOf(view).data()), view);
  }
}

TEST_F(LearnedViews, AreMarkedInTheWordThatHeldTheMarks) {
  showMarks(8);
  show(64);
  ASSERT_EQ(conclude(), "");
  Words words = wordsOf(some());
  learned_.markOf(words.data()) = 0x55;
  EXPECT_EQ(words[kMarkWord], 0x55U);
}

TEST_F(LearnedViews, AreNotKnownFromFew) {
  showMarks(8);
  show(63);
  EXPECT_FALSE(learned_.hasSeenEnough());
  showMarks(1);
  show(1);
  EXPECT_TRUE(learned_.hasSeenEnough());
}

TEST_F(LearnedViews, AreNotKnownWithoutMarks) {
  showMarks(7);
  show(64);
  EXPECT_FALSE(learned_.hasSeenEnough());
  EXPECT_EQ(conclude(), "where a mark is kept is not clear");
  EXPECT_FALSE(learned_.known());
}

TEST_F(LearnedViews, AreNotKnownWhereTheBytesAreNoWord) {
  showMarks(8);
  for (int i = 0; i < 64; ++i) {
    const View view = some();
    Words words = wordsOf(view);
    words[kDataWord] = view.data >> 1;  // V8 may well pack pointers one day
    learned_.learn(words.data(), view);
  }
  EXPECT_EQ(conclude(), "where a view's bytes are is not clear");
}

TEST_F(LearnedViews, WaitForOneThatTellsTheOffsetFromAnotherWord) {
  showMarks(8);
  for (int i = 0; i < 64; ++i) {
    View view = some();
    view.data -= view.offset;
    view.offset = 0;  // as the mark is
    learned_.learn(wordsOf(view).data(), view);
  }
  EXPECT_FALSE(learned_.hasSeenEnough());
  show(1);
  EXPECT_TRUE(learned_.hasSeenEnough());
  EXPECT_EQ(conclude(), "");
}

TEST_F(LearnedViews, AreGivenUpAfterManyThatTellNothing) {
  showMarks(8);
  for (int i = 0; i < 4096; ++i) {
    View view = some();
    view.data -= view.offset;
    view.offset = 0;
    learned_.learn(wordsOf(view).data(), view);
  }
  EXPECT_TRUE(learned_.hasSeenEnough());
  EXPECT_EQ(conclude(), "which part a view is of is not clear");
}

TEST_F(LearnedViews, AreForgotten) {
  showMarks(8);
  show(64);
  ASSERT_EQ(conclude(), "");
  learned_.forget();
  EXPECT_FALSE(learned_.known());
}

}  // namespace
}  // namespace slabscope::preload
