// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/owners.h"

#include <gtest/gtest.h>

#include "made_up.h"
#include "slabscope/analysis/scan.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::FrameKind;
using recording::StackId;

struct OwnersOfFile {
  explicit OwnersOfFile(const std::string& path) : scanned(*scan(path)) {}

  std::string function(StackId stack) const {
    return scanned.definitions.string(scanned.definitions.frame(owners.of(stack)).function);
  }

  Scan scanned;
  Owners owners{scanned.definitions};
};

TEST(Owners, AreTheInnermostFrameOfTheProgramElseTheBestThereIs) {
  const tests::TemporaryFile file;
  tests::Maker maker(file.path());
  const StackId root = maker.stack("main", "/app/a.js", 1, 1);
  const StackId inner = maker.stack("work", "/app/a.js", 2, 2, root);
  const StackId through_node = maker.stack("allocUnsafe", "node:buffer", 3, 3, inner);
  const StackId builtin = maker.stack("ArrayBuffer", "", 0, 0, through_node, FrameKind::kBuiltin);
  const StackId native = maker.stack("operator new", "libstdc++.so.6", 0, 0, builtin, FrameKind::kNative);
  const StackId wasm = maker.stack("grow", "wasm://wasm/1", 1, 9, through_node, FrameKind::kWasm);
  const StackId read = maker.stack("uv__read", "node", 0, 0, {}, FrameKind::kNative);
  const StackId on_read = maker.stack("onStreamRead", "node:internal/stream_base_commons", 4, 4, read);
  const StackId deeper = maker.stack("pool", "node:buffer", 5, 5, on_read);
  const StackId unnamed = maker.stack("", "", 0, 0);
  maker.finish();
  const OwnersOfFile found(file.path());

  EXPECT_EQ(found.function(root), "main");
  EXPECT_EQ(found.function(native), "work");
  EXPECT_EQ(found.function(native), "work") << "asked again";
  EXPECT_EQ(found.function(wasm), "grow");
  EXPECT_EQ(found.function(deeper), "pool") << "the innermost of Node's own";
  EXPECT_EQ(found.function(on_read), "onStreamRead");
  EXPECT_EQ(found.function(read), "uv__read");
  EXPECT_TRUE(found.owners.of(unnamed));
  EXPECT_FALSE(found.owners.of(StackId{}));
  EXPECT_FALSE(found.owners.of(StackId{9999}));
}

TEST(Owners, OfMachineCodeAloneAreWhatTheMemoryWasFor) {
  const tests::TemporaryFile file;
  tests::Maker maker(file.path());
  const auto native = [&](const char* function, StackId caller) {
    return maker.stack(function, "/usr/bin/node", 0, 0, caller, FrameKind::kNative);
  };
  const StackId loop = native("uv_run", native("libc.so.6+0x27249", {}));
  const StackId read = native("node::LibuvStreamWrap::OnUvAlloc(unsigned long, uv_buf_t*)", loop);
  const StackId managed = native("node::Environment::allocate_managed_buffer(unsigned long)", read);
  const StackId store = native("v8::ArrayBuffer::NewBackingStore(v8::Isolate*, unsigned long)", managed);
  const StackId heap = native("v8::internal::Heap::AllocateExternalBackingStore(unsigned long)", store);
  const StackId unnamed = native("addon.node+0x1234", native("(no symbol)", {}));
  const StackId javascript = maker.stack("onread", "node:net", 1, 1, loop);
  const StackId above = native("my_addon::fill(char*)", javascript);
  maker.finish();
  const OwnersOfFile found(file.path());

  EXPECT_EQ(found.function(heap), "node::LibuvStreamWrap::OnUvAlloc(unsigned long, uv_buf_t*)");
  EXPECT_EQ(found.function(loop), "uv_run");
  EXPECT_EQ(found.function(unnamed), "addon.node+0x1234") << "the innermost, when none says anything";
  EXPECT_EQ(found.function(above), "onread") << "JavaScript before machine code";
}

}  // namespace
}  // namespace slabscope::analysis
