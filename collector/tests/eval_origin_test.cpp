// SPDX-License-Identifier: Apache-2.0
// Code without a file: its text comes after the stacks that show it.
#include <algorithm>

#include "pipeline_fixture.h"

namespace slabscope::collector {
namespace {

using recording::StoreAlloc;

constexpr const char* kOrigin = "eval at f (/a.js:1:1)";
constexpr uint32_t kScript = 7;

class EvalOrigins : public PipelineTest {
 protected:
  void allocFromEval(TestThread& thread, uint64_t t, uint64_t address, uint32_t stack) {
    thread.stack(stack, {{"inner", "", 2, wire::FrameKind::kJs, kScript}, {"outer", "/a.js"}});
    thread.alloc(t, address, 8, stack);
  }

  static std::string innermostFile(const ReadBack& read, const StoreAlloc& alloc) {
    recording::FrameId innermost = read.definitions.framesOf(alloc.stack).at(0);
    return read.definitions.string(read.definitions.frame(innermost).file);
  }
};

TEST_F(EvalOrigins, AreWaitedFor) {
  TestThread one = thread(0, 1);
  allocFromEval(one, kStart + 1, 0x1000, 1);
  one.alloc(kStart + 2, 0x2000, 8);
  round(kStart + Pipeline::kHoldBack + 1'000'000'000);
  EXPECT_EQ(soFar().order(), "");
  one.evalOrigin(kStart + 3, kScript, kOrigin);
  ReadBack read = finish();
  EXPECT_EQ(read.order(), "AA");
  EXPECT_EQ(innermostFile(read, read.all<StoreAlloc>().at(0)), kOrigin);
  EXPECT_EQ(read.functions(read.all<StoreAlloc>().at(0).stack), "inner < outer");
}

TEST_F(EvalOrigins, AreKnownFromThenOn) {
  TestThread one = thread(0, 1);
  one.evalOrigin(kStart + 1, kScript, kOrigin);
  allocFromEval(one, kStart + 2, 0x1000, 1);
  round(kStart + 2 + Pipeline::kHoldBack);
  ReadBack read = soFar();
  ASSERT_EQ(read.order(), "A");
  EXPECT_EQ(innermostFile(read, read.all<StoreAlloc>().at(0)), kOrigin);
}

TEST_F(EvalOrigins, AreNotWaitedForByMoreStacksThanCanBe) {
  TestThread one = thread(0, 1);
  constexpr uint32_t kWaiting = 1024;
  constexpr uint32_t kMore = 10;
  for (uint32_t stack = 1; stack <= kWaiting + kMore; ++stack)
    allocFromEval(one, kStart + stack, 0x1000 + 16 * stack, stack);
  one.evalOrigin(kStart + 5000, kScript, kOrigin);
  ReadBack read = finish();
  const std::vector<StoreAlloc> allocs = read.all<StoreAlloc>();
  ASSERT_EQ(allocs.size(), kWaiting + kMore);
  EXPECT_EQ(std::count_if(allocs.begin(), allocs.end(),
                          [&](const StoreAlloc& alloc) { return innermostFile(read, alloc) == kOrigin; }),
            kWaiting);
}

TEST_F(EvalOrigins, OfAnotherScriptDoNotCount) {
  TestThread one = thread(0, 1);
  allocFromEval(one, kStart + 1, 0x1000, 1);
  one.evalOrigin(kStart + 2, kScript + 1, kOrigin);
  round(kStart + Pipeline::kHoldBack + 1'000'000'000);
  EXPECT_EQ(soFar().order(), "");
  ReadBack read = finish();
  EXPECT_EQ(innermostFile(read, read.all<StoreAlloc>().at(0)), "eval");
}

TEST_F(EvalOrigins, ThatNeverComeHoldUpNothingForLong) {
  TestThread one = thread(0, 1);
  allocFromEval(one, kStart + 1, 0x1000, 1);
  round(kStart + 1 + Pipeline::kHoldBack + Merge::kOriginPatience + 1);
  ReadBack read = soFar();
  ASSERT_EQ(read.order(), "A");
  EXPECT_EQ(innermostFile(read, read.all<StoreAlloc>().at(0)), "eval");
}

}  // namespace
}  // namespace slabscope::collector
