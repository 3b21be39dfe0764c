// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "slabscope/recording/reader.h"

namespace slabscope::recording {
namespace {

Batch firstBatch() {
  Batch batch;
  batch.strings = {"alpha", "/app/x.js", "beta"};
  batch.frames = {{.kind = FrameKind::kJs, .function = {1}, .file = {2}, .line = 7, .column = 10},
                  {.kind = FrameKind::kBuiltin, .function = {3}}};
  batch.stacks = {{.parent = {0}, .frame = {1}}, {.parent = {1}, .frame = {2}}};
  batch.runtime = {{"node", "v20.0.0"}, {"v8", "11"}};
  batch.capabilities = {{"slices", false, "no agent yet"}, {"liveness", true, ""}};
  return batch;
}

TEST(Definitions, are_found_by_id_over_all_batches) {
  Definitions all;
  Batch batch = firstBatch();
  all.add(batch);
  EXPECT_TRUE(batch.strings.empty());
  Batch second;
  second.strings = {"gamma"};
  second.frames = {{.function = {4}}};
  second.stacks = {{.parent = {2}, .frame = {3}}};
  all.add(second);
  EXPECT_EQ(all.string({1}), "alpha");
  EXPECT_EQ(all.string({4}), "gamma");
  EXPECT_EQ(all.frame({1}).line, 7U);
  EXPECT_EQ(all.stack({3}).parent.value, 2U);
  EXPECT_EQ(all.frameCount(), 3U);
  EXPECT_EQ(all.stackCount(), 3U);
  EXPECT_EQ(all.framesOf({3}), (std::vector<FrameId>{{3}, {2}, {1}}));
}

TEST(Definitions, have_something_harmless_for_none_and_for_what_is_not_defined) {
  Definitions all;
  Batch batch = firstBatch();
  all.add(batch);
  for (const uint32_t id : {0U, 4U, UINT32_MAX}) {
    EXPECT_EQ(all.string({id}), "");
    EXPECT_EQ(all.frame({id}), Frame{});
    EXPECT_EQ(all.stack({id}), StackNode{});
    EXPECT_TRUE(all.framesOf({id}).empty());
  }
}

TEST(Definitions, do_not_run_in_circles) {
  Definitions all;
  Batch batch;
  batch.stacks = {{.parent = {2}, .frame = {1}}, {.parent = {1}, .frame = {2}}};
  all.add(batch);
  EXPECT_EQ(all.framesOf({2}), (std::vector<FrameId>{{2}, {1}}));
}

TEST(Definitions, keep_the_latest_word_on_a_capability_and_on_the_runtime) {
  Definitions all;
  Batch batch = firstBatch();
  all.add(batch);
  Batch second;
  second.capabilities = {{"slices", true, ""}};
  second.runtime = {{"node", "v24.0.0"}};
  all.add(second);
  ASSERT_EQ(all.capabilities().size(), 2U);
  EXPECT_EQ(all.capabilities()[0].name, "slices");
  EXPECT_TRUE(all.capabilities()[0].present);
  EXPECT_EQ(all.capabilities()[0].detail, "");
  EXPECT_EQ(all.runtime("node"), "v24.0.0");
  EXPECT_EQ(all.runtime("v8"), "11");
  EXPECT_EQ(all.runtime("pool_size"), "");
}

TEST(Names, are_those_of_the_contract) {
  EXPECT_STREQ(toString(FrameKind::kJs), "js");
  EXPECT_STREQ(toString(FrameKind::kBuiltin), "builtin");
  EXPECT_STREQ(toString(FrameKind::kWasm), "wasm");
  EXPECT_STREQ(toString(FrameKind::kNative), "native");
  EXPECT_STREQ(toString(StoreKind::kArrayBuffer), "arraybuffer");
  EXPECT_STREQ(toString(StoreKind::kPool), "pool");
  EXPECT_STREQ(toString(StoreKind::kNativePool), "native-pool");
  EXPECT_STREQ(toString(StoreKind::kShared), "shared");
  EXPECT_STREQ(toString(StoreKind::kResizable), "resizable");
  EXPECT_STREQ(toString(StoreKind::kWasm), "wasm");
  EXPECT_STREQ(toString(StoreKind::kExternal), "external");
  EXPECT_STREQ(toString(GcKind::kScavenge), "scavenge");
  EXPECT_STREQ(toString(GcKind::kMinorMarkSweep), "minor-mark-sweep");
  EXPECT_STREQ(toString(GcKind::kMarkCompact), "mark-compact");
  EXPECT_STREQ(toString(GcKind::kIncremental), "incremental");
  EXPECT_STREQ(toString(GcKind::kWeak), "weak");
}

}  // namespace
}  // namespace slabscope::recording
