// SPDX-License-Identifier: Apache-2.0
// Stacks that are made up as V8 makes them, and what can be learned of them.
#include "frame_links.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "cfi_unwinder.h"

namespace slabscope::preload {

constinit V8Functions v8_functions{};

// No module is loaded there.
bool findModule(uintptr_t, dl_find_object&) {
  return false;
}

namespace {

constexpr uintptr_t kCode = 0x7000'0000'0000;
constexpr uintptr_t kCodeBytes = 0x10000;
constexpr uintptr_t kEntry = kCode + 0x8000;
constexpr uintptr_t kExit = kCode + 0x9000;
constexpr uintptr_t kCpp = 0x5000'0000'0000;
constexpr uintptr_t kBytecode = 0x6000'0000'0001;
constexpr size_t kExitWord = 37;
constexpr uint32_t kEntrySlot = 5;
constexpr uint32_t kBytecodeWord = 4;
constexpr uint32_t kOffsetWord = 5;

size_t tellCodePages(v8::Isolate*, size_t, v8::MemoryRange* ranges) {
  ranges[0] = {reinterpret_cast<const void*>(kCode), kCodeBytes};
  return 1;
}

/// A stack that grows downwards, frame by frame from the outermost on.
class MadeUpStack {
 public:
  MadeUpStack() { words_.fill(0xdead'beef'dead'beef); }

  /// C++ calls generated code.
  void enter() {
    push(kCpp);
    push(0xabcd'ef00);
    fp_ = top_;
    for (uint32_t word = 1; word < kEntrySlot; ++word) push(word);
    push(exit_);
    returns_ = kEntry;
  }
  void compiled(uintptr_t offset) {
    call();
    push(1);
    returns_ = kCode + offset;
    told_.insert(told_.begin(), returns_);
  }
  void stub(uintptr_t offset) {
    call();
    returns_ = kCode + offset;
  }
  void interpreted(uint64_t offset) {
    call();
    for (uint32_t word = 1; word < kBytecodeWord; ++word) push(word * 16);
    push(kBytecode);
    push(offset << 32);
    returns_ = kCode + 0x100;
    told_.insert(told_.begin(), kBytecode + offset);
  }
  /// Generated code calls C++.
  void leave() {
    call();
    exit_ = fp_;
    told_.insert(told_.begin(), kExit);
    for (int word = 0; word < 20; ++word) push(0xcccc);
    isolate_[kExitWord] = exit_;
  }

  const void* isolate() const { return isolate_.data(); }
  void pointAlsoFrom(size_t word) { isolate_[word] = exit_; }
  StackBounds bounds() const {
    auto begin = reinterpret_cast<uintptr_t>(words_.data());
    return {begin, begin + sizeof words_};
  }
  std::vector<void*> told() const {
    std::vector<void*> addresses;
    for (uintptr_t address : told_) addresses.push_back(reinterpret_cast<void*>(address));
    return addresses;
  }
  std::array<uintptr_t, 4096>& words() { return words_; }
  uintptr_t& linkOfInnermost() { return *reinterpret_cast<uintptr_t*>(exit_); }

 private:
  void push(uintptr_t word) {
    words_[--next_] = word;
    top_ = reinterpret_cast<uintptr_t>(&words_[next_]);
  }
  void call() {
    push(returns_);
    push(fp_);
    fp_ = top_;
  }

  static constexpr size_t kWords = 4096;
  std::array<uintptr_t, kWords> words_{};
  std::array<uintptr_t, 4096> isolate_{};
  size_t next_ = kWords;
  uintptr_t top_ = 0;
  uintptr_t fp_ = 0;
  uintptr_t exit_ = 0;
  uintptr_t returns_ = 0;
  std::vector<uintptr_t> told_;
};

MadeUpStack stackOf(uint32_t runs, uint32_t depth, uint64_t offset = 40) {
  MadeUpStack stack;
  for (uint32_t run = 0; run < runs; ++run) {
    stack.enter();
    stack.stub(0x40);
    for (uint32_t frame = 0; frame < depth; ++frame) {
      stack.interpreted(offset + frame);
      if (frame % 2 == 0) stack.compiled(0x2000 + 16 * frame);
    }
    stack.leave();
  }
  return stack;
}

class Frames : public ::testing::Test {
 protected:
  Frames() { v8_functions.copyCodePages = tellCodePages; }

  void learn(FrameLinks& links, const MadeUpStack& stack) {
    const std::vector<void*> told = stack.told();
    links.learn(stack.isolate(), CodePages(nullptr), stack.bounds(), {told.data(), told.size()});
  }
  void learnMany(FrameLinks& links) {
    for (uint32_t depth = 1; depth < 9; ++depth) {
      for (uint32_t runs = 1; runs < 4; ++runs) learn(links, stackOf(runs, depth));
    }
  }
  bool explains(const FrameLinks& links, const MadeUpStack& stack, Explanation& explanation) {
    FrameWalk walk;
    const CodePages pages(nullptr);
    if (!links.walkAnew(stack.isolate(), pages, stack.bounds(), walk)) return false;
    const std::vector<void*> told = stack.told();
    return links.explains(walk, pages, {told.data(), told.size()}, explanation);
  }
  uint64_t keyOf(const FrameLinks& links, const MadeUpStack& stack) {
    FrameWalk walk;
    Explanation explanation{};
    if (!links.walk(stack.isolate(), stack.bounds(), walk) || !explains(links, stack, explanation)) return 0;
    return links.hashWith(walk, explanation.interpreted);
  }

  FrameLinks links_{};
};

TEST_F(Frames, LinksAreLearnedFromStacksOfManyShapes) {
  learnMany(links_);
  ASSERT_EQ(links_.conclude(), nullptr);
  EXPECT_TRUE(links_.known());
  FrameWalk walk;
  const MadeUpStack stack = stackOf(2, 3);
  ASSERT_TRUE(links_.walk(stack.isolate(), stack.bounds(), walk));
  // Two runs of an entry, a stub, three interpreted and two compiled functions.
  EXPECT_EQ(walk.count, 14U);
  EXPECT_TRUE(walk.entries.has(6));
  EXPECT_TRUE(walk.entries.has(13));
}

TEST_F(Frames, OneStackIsOneKeyAndAnotherAnother) {
  learnMany(links_);
  ASSERT_EQ(links_.conclude(), nullptr);
  const uint64_t key = keyOf(links_, stackOf(2, 3));
  EXPECT_NE(key, 0U);
  EXPECT_EQ(key, keyOf(links_, stackOf(2, 3)));
  EXPECT_NE(key, keyOf(links_, stackOf(2, 3, 41))) << "another instruction of the same bytecode";
  EXPECT_NE(key, keyOf(links_, stackOf(2, 2)));
  EXPECT_NE(key, keyOf(links_, stackOf(3, 3)));
}

TEST_F(Frames, ARecentStackIsNoLongerThereWhenAWordThatMattersHasChanged) {
  learnMany(links_);
  ASSERT_EQ(links_.conclude(), nullptr);
  MadeUpStack stack = stackOf(2, 3);
  FrameWalk walk;
  Explanation explanation{};
  ASSERT_TRUE(explains(links_, stack, explanation));
  ASSERT_TRUE(links_.walk(stack.isolate(), stack.bounds(), walk));
  const uint64_t key = links_.hashWith(walk, explanation.interpreted);
  const uintptr_t innermost = links_.innermostOf(stack.isolate());
  RecentStack recent{};
  EXPECT_FALSE(recent.isAt(innermost, 7));
  recent.begin(innermost, 7);
  links_.recall(innermost, walk, explanation.interpreted, recent);
  EXPECT_TRUE(recent.isAt(innermost, 7));
  EXPECT_FALSE(recent.isAt(innermost, 8)) << "code has moved";
  EXPECT_FALSE(recent.isAt(innermost + 8, 7));
  size_t mattered = 0;
  for (uintptr_t& word : stack.words()) {
    const uintptr_t was = word;
    word = was + (uint64_t{1} << 34);
    const bool same = links_.walk(stack.isolate(), stack.bounds(), walk) &&
                      links_.hashWith(walk, explanation.interpreted) == key;
    if (!same) ++mattered;
    EXPECT_TRUE(same || !recent.isAt(innermost, 7)) << &word - stack.words().data();
    word = was;
  }
  // Both words of 14 frames, those of six interpreted ones twice, one that leads past C++ and one that ends.
  EXPECT_EQ(mattered, 14U * 2 + 6 * 2 + 2);
  EXPECT_TRUE(recent.isAt(innermost, 7));
}

TEST_F(Frames, AStackTooDeepToBeRememberedIsNone) {
  learnMany(links_);
  ASSERT_EQ(links_.conclude(), nullptr);
  const MadeUpStack deep = stackOf(3, 12);
  FrameWalk walk;
  Explanation explanation{};
  ASSERT_TRUE(explains(links_, deep, explanation));
  ASSERT_TRUE(links_.walk(deep.isolate(), deep.bounds(), walk));
  const uintptr_t innermost = links_.innermostOf(deep.isolate());
  RecentStack recent{};
  recent.begin(innermost, 7);
  links_.recall(innermost, walk, explanation.interpreted, recent);
  EXPECT_FALSE(recent.isAt(innermost, 7));
}

TEST_F(Frames, NothingIsLearnedFromTooFewStacks) {
  learn(links_, stackOf(1, 3));
  learn(links_, stackOf(2, 3));
  EXPECT_STREQ(links_.conclude(), "too few stacks were seen");
  EXPECT_FALSE(links_.known());
}

TEST_F(Frames, AWordThatLeadsToNothingIsNotTaken) {
  for (uint32_t depth = 1; depth < 20; ++depth) {
    MadeUpStack stack = stackOf(2, depth);
    stack.linkOfInnermost() = 0x1234;
    learn(links_, stack);
  }
  EXPECT_STREQ(links_.conclude(), "no word leads to them");
}

TEST_F(Frames, TwoWordsThatLeadToTheFramesAreOneTooMany) {
  for (uint32_t depth = 1; depth < 9; ++depth) {
    for (uint32_t runs = 1; runs < 4; ++runs) {
      MadeUpStack stack = stackOf(runs, depth);
      stack.pointAlsoFrom(99);
      learn(links_, stack);
    }
  }
  EXPECT_STREQ(links_.conclude(), "several words lead to them");
}

TEST_F(Frames, AFrameThatV8DoesNotConfirmIsNoExplanation) {
  learnMany(links_);
  ASSERT_EQ(links_.conclude(), nullptr);
  Explanation explanation{};
  const MadeUpStack stack = stackOf(2, 3);
  ASSERT_TRUE(explains(links_, stack, explanation));
  FrameWalk walk;
  const CodePages pages(nullptr);
  ASSERT_TRUE(links_.walkAnew(stack.isolate(), pages, stack.bounds(), walk));
  for (size_t at = 0; at < stack.told().size(); ++at) {
    std::vector<void*> told = stack.told();
    if (told[at] == reinterpret_cast<void*>(kExit)) continue;
    told[at] = reinterpret_cast<void*>(kBytecode + 4000 + at);
    EXPECT_FALSE(links_.explains(walk, pages, {told.data(), told.size()}, explanation)) << "frame " << at;
  }
}

TEST_F(Frames, WalksOfBrokenStacksEnd) {
  learnMany(links_);
  ASSERT_EQ(links_.conclude(), nullptr);
  FrameWalk walk;
  for (uintptr_t link : {uintptr_t{0}, uintptr_t{8}, UINTPTR_MAX, UINTPTR_MAX - 7}) {
    MadeUpStack stack = stackOf(1, 3);
    stack.linkOfInnermost() = link;
    EXPECT_FALSE(links_.walk(stack.isolate(), stack.bounds(), walk)) << link;
  }
  MadeUpStack circle = stackOf(1, 3);
  circle.linkOfInnermost() = reinterpret_cast<uintptr_t>(&circle.linkOfInnermost());
  EXPECT_FALSE(links_.walk(circle.isolate(), circle.bounds(), walk));
  const MadeUpStack deep = stackOf(8, 20);
  EXPECT_FALSE(links_.walk(deep.isolate(), deep.bounds(), walk)) << "more frames than a walk holds";
}

}  // namespace
}  // namespace slabscope::preload
