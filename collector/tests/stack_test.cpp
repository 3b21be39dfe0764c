// SPDX-License-Identifier: Apache-2.0
#include "pipeline_fixture.h"
#include "script_name.h"

namespace slabscope::collector {
namespace {

using recording::StoreAlloc;

using Stacks = PipelineTest;

TEST_F(Stacks, DefinedTwiceAreOne) {
  TestThread one = thread(0, 1);
  one.stack(1, {{"inner", "/a.js"}, {"outer", "/a.js"}});
  one.stack(2, {{"inner", "/a.js"}, {"outer", "/a.js"}});
  one.stack(3, {{"outer", "/a.js"}});
  one.alloc(kStart + 1, 0x1000, 8, 1);
  one.alloc(kStart + 2, 0x2000, 8, 2);
  one.alloc(kStart + 3, 0x3000, 8, 3);
  ReadBack read = finish();
  std::vector<StoreAlloc> allocs = read.all<StoreAlloc>();
  EXPECT_EQ(allocs.at(0).stack, allocs.at(1).stack);
  EXPECT_EQ(read.functions(allocs.at(2).stack), "outer");
  EXPECT_EQ(read.definitions.stackCount(), 2U);
  EXPECT_EQ(read.definitions.frameCount(), 2U);
}

TEST_F(Stacks, WhoseDefinitionWasLostAreNone) {
  thread(0, 1).alloc(kStart + 1, 0x1000, 8, 17);
  EXPECT_EQ(finish().all<StoreAlloc>().at(0).stack.value, 0U);
}

TEST_F(Stacks, WithAnImpossibleIdAreCountedAsLost) {
  TestThread one = thread(0, 1);
  one.stack(0, {{"f", "/a.js"}});
  finish();
  EXPECT_EQ(pipeline_->lostEvents(), 1U);
}

// Room for all ids in between would be fifty gigabytes.
TEST_F(Stacks, MayHaveIdsThatLieFarApart) {
  TestThread one = thread(0, 1);
  for (const uint32_t id : {1U, 0x80000000U, 0xffffffffU}) {
    one.stack(id, {{"f" + std::to_string(id), "/a.js"}});
    one.alloc(kStart + 1, id, 8, id);
  }
  ReadBack read = finish();
  EXPECT_EQ(pipeline_->lostEvents(), 0U);
  const std::vector<StoreAlloc> allocs = read.all<StoreAlloc>();
  EXPECT_EQ(read.functions(allocs.at(0).stack), "f1");
  EXPECT_EQ(read.functions(allocs.at(2).stack), "f4294967295");
}

TEST_F(Stacks, OfNativeCodeLeaveOutTheShim) {
  TestThread one = thread(0, 1);
  one.nativeStack(1, {TestResolver::kShimAddress, 10, 20});
  one.alloc(kStart + 1, 0x1000, 8, 1);
  ReadBack read = finish();
  recording::StackId stack = read.all<StoreAlloc>().at(0).stack;
  EXPECT_EQ(read.functions(stack), "native10 < native20");
  recording::FrameId innermost = read.definitions.framesOf(stack).at(0);
  EXPECT_EQ(read.definitions.frame(innermost).kind, recording::FrameKind::kNative);
}

std::string bytesOf(uint64_t address) {
  return {reinterpret_cast<const char*>(&address), sizeof address};
}

TEST_F(Stacks, HaveNativeFramesWhereTheyStandAndInlinedOnesExpanded) {
  constexpr auto kNative = wire::FrameKind::kNative;
  TestThread one = thread(0, 1);
  one.stack(1, {{bytesOf(TestResolver::kShimAddress), "", 0, kNative},
                {bytesOf(TestResolver::kInlinedAddress), "", 0, kNative},
                {"f", "/a.js"},
                {bytesOf(10), "", 0, kNative},
                {bytesOf(20), "", 0, kNative}});
  one.alloc(kStart + 1, 0x1000, 8, 1);
  ReadBack read = finish();
  recording::StackId stack = read.all<StoreAlloc>().at(0).stack;
  EXPECT_EQ(read.functions(stack), "inlined7777 < native7777 < f < native10 < native20");
  std::string kinds;
  for (recording::FrameId frame : read.definitions.framesOf(stack))
    kinds += read.definitions.frame(frame).kind == recording::FrameKind::kNative ? 'n' : 'j';
  EXPECT_EQ(kinds, "nnjnn");
}

TEST_F(Stacks, SayTheSameOfTheJavaScriptUnderNativeFrames) {
  TestThread one = thread(0, 1);
  one.stack(1, {{bytesOf(10), "", 0, wire::FrameKind::kNative},
                {bytesOf(20), "", 0, wire::FrameKind::kNative},
                {bytesOf(30), "", 0, wire::FrameKind::kNative},
                {bytesOf(40), "", 0, wire::FrameKind::kNative},
                {"createPool", "node:buffer"}});
  one.alloc(kStart + 1, 0x1000, 8192, 1);
  EXPECT_EQ(finish().all<StoreAlloc>().at(0).kind, recording::StoreKind::kPool);
}

TEST_F(Stacks, WithANativeFrameThatIsNoAddressAreCountedAsLost) {
  thread(0, 1).stack(1, {{"seven b", "", 0, wire::FrameKind::kNative}});
  finish();
  EXPECT_EQ(pipeline_->lostEvents(), 1U);
}

TEST_F(Stacks, OfNativeCodeHaveInlinedFramesExpanded) {
  TestThread one = thread(0, 1);
  one.nativeStack(1, {TestResolver::kInlinedAddress, 20});
  one.alloc(kStart + 1, 0x1000, 8, 1);
  ReadBack read = finish();
  EXPECT_EQ(read.functions(read.all<StoreAlloc>().at(0).stack), "inlined7777 < native7777 < native20");
}

TEST_F(Stacks, KeepLineColumnAndKind) {
  TestThread one = thread(0, 1);
  one.stack(1, {{"wasm", "wasm://x", 5, wire::FrameKind::kWasm}, {"from", "", 0, wire::FrameKind::kBuiltin}});
  one.alloc(kStart + 1, 0x1000, 8, 1);
  ReadBack read = finish();
  std::vector<recording::FrameId> frames = read.definitions.framesOf(read.all<StoreAlloc>().at(0).stack);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(read.definitions.frame(frames[0]).kind, recording::FrameKind::kWasm);
  EXPECT_EQ(read.definitions.frame(frames[0]).line, 5U);
  EXPECT_EQ(read.definitions.frame(frames[1]).kind, recording::FrameKind::kBuiltin);
  EXPECT_EQ(read.definitions.frame(frames[1]).file.value, 0U);
}

TEST(ScriptName, OfAnEsModuleIsItsDecodedPath) {
  EXPECT_EQ(fileOfScript("file:///app/x.mjs"), "/app/x.mjs");
  EXPECT_EQ(fileOfScript("file:///app/a%20b%C3%A9.mjs?v=1#top"), "/app/a b\xC3\xA9.mjs");
  EXPECT_EQ(fileOfScript("file:///app/50%25"), "/app/50%");
  EXPECT_EQ(fileOfScript("file:///app/50%zz%"), "/app/50%zz%");
}

TEST(ScriptName, OfAnythingElseIsAsV8Says) {
  EXPECT_EQ(fileOfScript("/app/50%25.js"), "/app/50%25.js");
  EXPECT_EQ(fileOfScript("node:buffer"), "node:buffer");
  EXPECT_EQ(fileOfScript("file://host/x.mjs"), "file://host/x.mjs");
  EXPECT_EQ(fileOfScript("eval at f (file:///a%20b.mjs:1:1)"), "eval at f (file:///a%20b.mjs:1:1)");
  EXPECT_EQ(fileOfScript(""), "");
}

}  // namespace
}  // namespace slabscope::collector
