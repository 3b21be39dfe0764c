// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/pseudonyms.h"

#include <gtest/gtest.h>

namespace slabscope::analysis {
namespace {

using recording::FrameKind;

constexpr const char* kNode = "/opt/alice/node";

recording::Header header() {
  recording::Header header;
  header.argv = {"node", "app.js", "--token=secret"};
  header.executable = kNode;
  header.working_directory = "/home/alice/app";
  return header;
}

TEST(Pseudonyms, PartsOfPathsKeepTheirPlace) {
  Pseudonyms names({});
  recording::Header told = header();
  names.rename(told);
  EXPECT_EQ(told.working_directory, "/folder1/folder2/folder3");
  EXPECT_EQ(told.executable, "/folder4/folder2/file1");
  EXPECT_TRUE(told.argv.empty());
  EXPECT_TRUE(told.arguments_left_out);
  EXPECT_EQ(names.file(kNode), told.executable);
  EXPECT_EQ(names.file("/home/alice/app/src/Main.mjs"), "/folder1/folder2/folder3/folder5/file2.mjs");
  EXPECT_EQ(names.file("../src/addon.cc"), "../folder5/file3.cc");
  EXPECT_EQ(names.file("file:///home/x.js?v=1.secret"), "file:///folder1/file4");
}

TEST(Pseudonyms, TheArgumentThatDecidesWhatMemoryHoldsStays) {
  Pseudonyms names({});
  recording::Header told = header();
  told.argv = {"/usr/bin/node", "--zero-fill-buffers", "app.js", "secret"};
  names.rename(told);
  EXPECT_EQ(told.argv, (std::vector<std::string>{"node", "--zero-fill-buffers"}));
}

TEST(Pseudonyms, PackagesStayPackages) {
  EXPECT_EQ(Pseudonyms({}).file("/a/node_modules/@acme/secret/lib/x.js"),
            "/folder1/node_modules/@scope1/package1/folder2/file1.js");
  EXPECT_EQ(Pseudonyms({}).file("/a/node_modules/secret/x.js"), "/folder1/node_modules/package1/file1.js");
  EXPECT_EQ(Pseudonyms({.packages = true}).file("/a/node_modules/@acme/secret/lib/x.js"),
            "/folder1/node_modules/@acme/secret/folder2/file1.js");
}

TEST(Pseudonyms, NodesOwnNamesStay) {
  Pseudonyms names({});
  recording::Header told = header();
  names.rename(told);
  for (const char* file : {"", "node:buffer", "node:internal/buffer", "[eval]", "<anonymous>"})
    EXPECT_EQ(names.file(file), file);
  EXPECT_EQ(names.function(FrameKind::kJs, "node:buffer", "allocate"), "allocate");
  EXPECT_EQ(names.function(FrameKind::kBuiltin, "", "ArrayMap"), "ArrayMap");
  EXPECT_EQ(names.function(FrameKind::kNative, kNode, "node::Start(int)"), "node::Start(int)");
  EXPECT_EQ(names.function(FrameKind::kJs, "/app.js", "allocate"), "function1");
  EXPECT_EQ(names.function(FrameKind::kJs, "/app.js", ""), "");
  EXPECT_EQ(names.file("eval at secret (/home/alice/x.js:1:1)"), "eval at place1");
}

TEST(Pseudonyms, MachineCodeThatSaysNothingStillDoes) {
  Pseudonyms names({});
  const auto named = [&](const char* function) {
    return names.function(FrameKind::kNative, "/lib/secret.node", function);
  };
  EXPECT_EQ(named("std::vector<Secret>::reserve"), "std::function1");
  EXPECT_EQ(named("Secret* v8::Thing<Secret>"), "v8::function2");
  EXPECT_EQ(named("secret.node+0x12"), "(function3)");
  EXPECT_EQ(named("Secret::load"), "function4");
}

TEST(Pseudonyms, WhatIsToBeKeptStays) {
  Pseudonyms names({.functions = true, .marks = true});
  EXPECT_EQ(names.function(FrameKind::kJs, "/app.js", "load"), "load");
  EXPECT_EQ(names.mark("ready"), "ready");
  Pseudonyms others({});
  EXPECT_EQ(others.mark("ready"), "mark1");
  EXPECT_EQ(others.mark("steady"), "mark2");
  EXPECT_EQ(others.mark("ready"), "mark1");
}

TEST(Pseudonyms, WhyThingsAreMissingStaysWhereTheWordsAreOurs) {
  Pseudonyms names({});
  EXPECT_EQ(names.detail({"shared-kind", false, "because"}), "because");
  EXPECT_EQ(names.detail({"slices", true, ""}), "");
  EXPECT_EQ(names.detail({"slices", false, "cannot find secret"}), "slabscope anonymize left out why");
}

}  // namespace
}  // namespace slabscope::analysis
