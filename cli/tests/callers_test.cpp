// SPDX-License-Identifier: Apache-2.0
// The lists and trees of callers, and advice, as people and programs read them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "made_up.h"
#include "program.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

using nlohmann::json;
using recording::GcKind;
using recording::StackId;
using recording::StoreKind;
using tests::has;
using tests::Maker;
using tests::slabscope;
using tests::TemporaryFile;

constexpr uint64_t kMs = 1'000'000;

// cache.js keeps 10 bytes of each of 200 slabs; ws makes a store of 3,000,000 bytes that stays and one that
// is freed after 3 ms; node frames are inside and outside.
void busy(Maker& maker) {
  const StackId loader = maker.stack("load", "node:internal/modules/cjs/loader", 9, 9);
  const StackId main = maker.stack("main", "/app/app.js", 1, 1, loader);
  const StackId keep = maker.stack("keep", "/app/cache.js", 41, 7, main);
  const StackId inside = maker.stack("allocUnsafe", "node:buffer", 400, 2, keep);
  const StackId send = maker.stack("send", "/app/node_modules/ws/lib/sender.js", 12, 5, main);
  maker.add(recording::IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
  for (uint64_t i = 1; i <= 200; ++i)
    maker.slice(i * kMs, maker.alloc(i * kMs, 8192, StoreKind::kPool, inside), 0, 10, inside);
  maker.alloc(300 * kMs, 3'000'000, StoreKind::kArrayBuffer, send);
  const auto gone = maker.alloc(301 * kMs, 1000, StoreKind::kArrayBuffer, send);
  maker.add(recording::StoreFree{.t = 304 * kMs, .store = gone, .teardown = false});
  maker.add(recording::Gc{.t = 400 * kMs, .duration = kMs, .isolate = 0, .kind = GcKind::kMarkCompact});
  maker.add(recording::IsolateEnd{.t = 500 * kMs, .isolate = 0, .thread = 1, .allocator = 0});
}

class CallersCommand : public testing::Test {
 protected:
  CallersCommand() {
    Maker maker(file_.path());
    busy(maker);
    maker.finish();
  }
  std::string text(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"report", file_.path()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const tests::Ran ran = slabscope(arguments);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return ran.out;
  }
  json parsed(std::vector<std::string> more) {
    more.emplace_back("--json");
    return json::parse(text(more));
  }
  void expectLines(const std::string& out, const std::vector<std::string>& lines) {
    for (const std::string& line : lines)
      EXPECT_TRUE(has(out, line + "\n")) << line << "\nis not in\n" << out;
  }
  TemporaryFile file_;
};

TEST_F(CallersCommand, ListsByLine) {
  expectLines(
      text({"--by", "line"}),
      {"       self               total      alone       live held/live     allocs temporary lifetime  "
       "caller",
       "    2.9 MiB   64.7 %    2.9 MiB    2.9 MiB    2.9 MiB         -          2    50.0 %  <4.2 ms  send  "
       "node_modules/ws/lib/sender.js:12:5",
       "    1.6 MiB   35.3 %    1.6 MiB    1.6 MiB    2.0 KiB      819x        200     0.0 %        -  keep  "
       "cache.js:41:7",
       "        0 B    0.0 %    4.4 MiB    4.4 MiB        0 B         -          0         -        -  main  "
       "app.js:1:1",
       "    4.4 MiB in all"});
}

TEST_F(CallersCommand, ListsByFunctionFileAndPackage) {
  EXPECT_TRUE(has(text({"--by", "function"}), "  keep  cache.js\n"));
  EXPECT_TRUE(has(text({"--by", "file"}), "  cache.js\n"));
  const std::string packages = text({"--by", "package"});
  EXPECT_TRUE(has(packages, "  ws\n")) << packages;
  EXPECT_TRUE(has(packages, "  (the project's own code)\n")) << packages;
  EXPECT_FALSE(has(packages, "(node)"));
  EXPECT_TRUE(has(text({"--by", "package", "--all-frames"}), "  (node)\n"));
}

TEST_F(CallersCommand, GathersTheOthers) {
  expectLines(
      text({"--by", "line", "--cost", "allocations", "--top", "1"}),
      {"        200   99.0 %        200    1.6 MiB    2.0 KiB      819x        200     0.0 %        -  keep  "
       "cache.js:41:7",
       "          2    1.0 %                          2.9 MiB         -          2    50.0 %  <4.2 ms  (2 "
       "other callers)",
       "        202 in all"});
}

TEST_F(CallersCommand, ShowsTrees) {
  expectLines(text({"--tree", "top-down"}),
              {"    4.4 MiB  100.0 %             main  app.js:1:1",
               "    2.9 MiB   64.7 %    2.9 MiB    send  node_modules/ws/lib/sender.js:12:5",
               "    1.6 MiB   35.3 %    1.6 MiB    keep  cache.js:41:7"});
  expectLines(text({"--tree", "bottom-up", "--by", "function"}),
              {"    2.9 MiB   64.7 %             send  node_modules/ws/lib/sender.js",
               "    2.9 MiB   64.7 %    2.9 MiB    main  app.js"});
  expectLines(text({"--tree", "top-down", "--depth", "1"}),
              {"    4.4 MiB  100.0 %             main  app.js:1:1",
               "    4.4 MiB  100.0 %               (2 callers not shown)"});
}

TEST_F(CallersCommand, HasTheSameFiguresInJson) {
  const json list = parsed({"--by", "line"});
  EXPECT_EQ(list["schema"], 1);
  EXPECT_EQ(list["total"]["held_bytes"], 3'000'000 + 200 * 8192);
  ASSERT_EQ(list["callers"].size(), 3U);
  const json& send = list["callers"][0];
  EXPECT_EQ(send["function"], "send");
  EXPECT_EQ(send["self"]["temporary"], 1);
  EXPECT_EQ(send["self"]["lifetimes"]["count"], 1);
  EXPECT_EQ(send["self"]["lifetimes"]["median_ns"], json({2'097'152, 4'194'304}));
  EXPECT_EQ(list["callers"][1]["self"]["alone_bytes"], 200 * 8192);
  EXPECT_EQ(list["callers"][2]["total"]["held_bytes"], list["total"]["held_bytes"]);

  const json tree = parsed({"--tree", "bottom-up"});
  ASSERT_EQ(tree["roots"].size(), 2U);
  EXPECT_EQ(tree["roots"][0]["total"]["held_bytes"], 3'000'000);
  EXPECT_EQ(tree["roots"][0]["children"][0]["function"], "main");
  EXPECT_FALSE(tree.contains("not_shown"));
  EXPECT_EQ(parsed({"--tree", "bottom-up", "--top", "1"})["not_shown"]["held_bytes"], 200 * 8192);
  EXPECT_EQ(parsed({"--by", "package"})["callers"][0]["package"], "ws");
}

TEST_F(CallersCommand, TakesAnInstant) {
  EXPECT_EQ(parsed({"--by", "file", "--at", "0.1"})["total"]["held_bytes"], 100 * 8192);
}

// A store that stays, then one a millisecond that does not.
TEST(Callers, OfALimitedRecordingAreSaidToCountWhatWasAliveWhereItsDetailBegins) {
  const TemporaryFile file;
  recording::Header header = Maker::defaultHeader();
  header.max_size = recording::Writer::kMinMaxSize;
  Maker maker(file.path(), header);
  const auto stays = maker.stack("stays", "/app/app.js", 1, 1);
  const auto churns = maker.stack("churns", "/app/app.js", 2, 1);
  maker.alloc(1, 1000, StoreKind::kArrayBuffer, stays);
  for (uint64_t t = 1; t < 100'000; ++t) {
    const auto store = maker.alloc(t * 1'000'000, 1000 + t * 7919 % 1000, StoreKind::kArrayBuffer, churns);
    maker.add(recording::StoreFree{t * 1'000'000 + t * 104'729 % 900'000, store, false});
  }
  maker.finish();
  const tests::Ran text = slabscope({"report", file.path(), "--by", "line"});
  const json list = json::parse(slabscope({"report", file.path(), "--by", "line", "--json"}).out);
  const json tree = json::parse(slabscope({"report", file.path(), "--tree", "top-down", "--json"}).out);
  ASSERT_TRUE(list.contains("dropped"));
  EXPECT_EQ(tree["dropped"], list["dropped"]);
  const uint64_t until = list["dropped"]["until"];
  ASSERT_GT(until, 0U);
  const auto allocationsOf = [&](const char* function) {
    for (const json& caller : list["callers"]) {
      if (caller["function"] == function) return caller["self"]["allocations"].get<uint64_t>();
    }
    return uint64_t{0};
  };
  EXPECT_EQ(allocationsOf("stays"), 1U) << "though that was before";
  const uint64_t since = 99'999 - until / 1'000'000;
  EXPECT_GE(allocationsOf("churns"), since);
  EXPECT_LE(allocationsOf("churns"), since + 1);
  EXPECT_TRUE(
      has(text.out, "! allocations and their bytes, temporary and lifetime are of what was alive at "))
      << text.out;
  EXPECT_TRUE(has(text.out, "  stays  app.js:1:1\n")) << text.out;
}

TEST_F(CallersCommand, SaysNothingOfADetailThatItHasAll) {
  EXPECT_FALSE(has(text({"--by", "line"}), "! ")) << "nothing was dropped";
  EXPECT_FALSE(parsed({"--by", "line"}).contains("dropped"));
}

TEST_F(CallersCommand, SaysWhatIsWrongInOneLine) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"--by", "colour"}, "--by line, function, file, package"},
      {{"--tree", "sideways"}, "--tree top-down or bottom-up"},
      {{"--by", "line", "--cost", "weight"}, "unknown figure weight"},
      {{"--by", "line", "--depth", "3"}, "--depth is of a tree"},
      {{"--cost", "bytes"}, "give --by or --tree too"},
      {{"--tree", "top-down", "--depth", "0"}, "--depth"},
  };
  for (const auto& [more, what] : wrong) {
    std::vector<std::string> arguments = {"report", file_.path()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const tests::Ran ran = slabscope(arguments);
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(tests::isOneErrorLine(ran.err)) << ran.err;
    EXPECT_TRUE(has(ran.err, what)) << ran.err;
  }
}

TEST_F(CallersCommand, AdvisesOnWhatTheReportShows) {
  const std::string out = text({});
  expectLines(
      out,
      {"Advice",
       "  * keep  cache.js:41:7 holds 1.6 MiB of slabs with 2,000 live bytes (819x): copy what you keep,",
       "    with Buffer.allocUnsafeSlow or Uint8Array.prototype.slice.call"});
  EXPECT_TRUE(has(out, "     1.6 MiB     1.6 MiB    2.0 KiB      819x       200  keep  cache.js:41:7\n") ||
              has(out, "     1.6 MiB         0 B    2.0 KiB      819x       200  keep  cache.js:41:7\n"))
      << out;
  const json whole = parsed({});
  ASSERT_EQ(whole["advice"].size(), 1U);
  EXPECT_EQ(whole["advice"][0]["rule"], "small-slices-pin-slabs");
  EXPECT_EQ(whole["advice"][0]["line"], 41);
  EXPECT_EQ(whole["advice"][0]["held_bytes"], 200 * 8192);
  EXPECT_EQ(whole["advice"][0]["live_bytes"], 2000);
  const json& survived = whole["instants"][0]["survived"];
  EXPECT_EQ(survived["holders"][0]["held_bytes"], 200 * 8192);
  EXPECT_EQ(whole["instants"][0]["younger"]["slab_bytes"], 0);
}

TEST_F(CallersCommand, AdvisesNothingBeforeAFullCollection) {
  EXPECT_TRUE(has(text({"--at", "0.35"}), "Advice: none, no full collection has shown what survives\n"));
  EXPECT_EQ(parsed({"--at", "0.35"})["advice"], json::array());
}

}  // namespace
}  // namespace slabscope::cli
