// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "made_up.h"
#include "program.h"
#include "slabscope/analysis/report.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

using nlohmann::json;
using recording::StoreKind;
using tests::has;
using tests::Maker;
using tests::slabscope;
using tests::TemporaryFile;

// Two callers share a slab 1:3, one holds another alone, a third slab has no live slice; one store of its own
// is large at the peak and gone at the end.
void retention(Maker& maker) {
  const auto main = maker.stack("main", "/app/app.js", 1, 1);
  const auto keep = maker.stack("keep", "/app/lib/keep.js", 7, 12, main);
  const auto share = maker.stack("share", "/app/lib/share.js", 8, 5, main);
  const auto big = maker.stack("big", "/app/big.js", 2, 3, main);
  const auto inside = maker.stack("allocUnsafe", "node:buffer", 400, 2, keep);
  maker.add(recording::IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
  const auto first = maker.alloc(1'000'000'000, 8192, StoreKind::kPool, main);
  maker.slice(1'000'000'000, first, 0, 10, inside);
  maker.slice(1'000'000'000, first, 16, 30, share);
  const auto second = maker.alloc(1'100'000'000, 8192, StoreKind::kPool, main);
  const auto cut = maker.slice(1'100'000'000, second, 0, 100, inside);
  maker.slice(1'100'000'000, second, 20, 50, keep, cut);
  maker.alloc(1'200'000'000, 8192, StoreKind::kPool, main);
  maker.add(recording::Gc{
      .t = 1'300'000'000, .duration = 2'000'000, .isolate = 0, .kind = recording::GcKind::kMarkCompact});
  const auto large = maker.alloc(1'400'000'000, 1'000'000, StoreKind::kArrayBuffer, big);
  maker.mark(1'500'000'000, "loaded");
  maker.add(recording::StoreFree{.t = 1'600'000'000, .store = large, .teardown = false});
  maker.alloc(1'700'000'000, 500, StoreKind::kShared, {});
  maker.add(recording::IsolateEnd{.t = 2'000'000'000, .isolate = 0, .thread = 1, .allocator = 0});
  maker.add(recording::StoreFree{.t = 2'000'000'001, .store = first, .teardown = true});
}

class ReportCommand : public testing::Test {
 protected:
  ReportCommand() {
    Maker maker(file_.path());
    retention(maker);
    maker.finish();
  }
  json report(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"report", file_.path(), "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const tests::Ran ran = slabscope(arguments);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return json::parse(ran.out);
  }
  TemporaryFile file_;
};

TEST_F(ReportCommand, NamesHoldersWithExactShares) {
  const json whole = report({});
  EXPECT_EQ(whole["schema"], 1);
  ASSERT_EQ(whole["instants"].size(), 2U);
  const json& end = whole["instants"][0];
  EXPECT_EQ(end["at"], "end");
  EXPECT_EQ(end["t_ns"], 1'700'000'000);
  EXPECT_EQ(end["stores"], 4);
  EXPECT_EQ(end["store_bytes"], 3 * 8192 + 500);
  EXPECT_EQ(end["slices"], 4);
  EXPECT_EQ(end["slice_bytes"], 190);
  const json& pool = end["slabs"]["pool"];
  EXPECT_EQ(pool["count"], 3);
  EXPECT_EQ(pool["bytes"], 3 * 8192);
  EXPECT_EQ(pool["live_bytes"], 140);
  EXPECT_EQ(pool["empty"], 1);
  EXPECT_EQ(pool["young_slices"], 0);
  EXPECT_EQ(end["slabs"]["native_pool"]["count"], 0);
  EXPECT_EQ(end["last_full_collection_ns"], 1'300'000'000);

  ASSERT_EQ(end["holders"].size(), 2U);
  EXPECT_EQ(end["holders"][0], json({{"function", "keep"},
                                     {"file", "/app/lib/keep.js"},
                                     {"line", 7},
                                     {"column", 12},
                                     {"kind", "js"},
                                     {"held_bytes", 8192 + 2048},
                                     {"alone_bytes", 8192},
                                     {"live_bytes", 110},
                                     {"amplification", 10240.0 / 110},
                                     {"slices", 3}}));
  EXPECT_EQ(end["holders"][1]["held_bytes"], 6144);
  EXPECT_EQ(end["holder_unknown"], json({{"slabs", 1}, {"bytes", 8192}}));

  ASSERT_EQ(end["callers"].size(), 1U);
  EXPECT_EQ(end["callers"][0]["kind"], nullptr) << "a store without a stack";
  const json& peak = whole["instants"][1];
  EXPECT_EQ(peak["at"], "peak");
  EXPECT_EQ(peak["t_ns"], 1'400'000'000);
  EXPECT_EQ(peak["callers"][0]["function"], "big");
  EXPECT_EQ(peak["callers"][0]["bytes"], 1'000'000);
  EXPECT_EQ(whole["gc"]["mark-compact"], json({{"count", 1}, {"duration_ns", 2'000'000}}));
  EXPECT_EQ(whole["memory"]["rss_max"], nullptr);
}

TEST_F(ReportCommand, TakesAnyInstant) {
  EXPECT_EQ(report({"--at", "loaded"})["instants"][0]["stores"], 4);
  EXPECT_EQ(report({"--at", "1.05"})["instants"][0]["stores"], 1);
  EXPECT_EQ(report({"--at", "0"})["instants"][0]["stores"], 0);
  EXPECT_EQ(report({"--at", "peak"})["instants"].size(), 1U);
  const tests::Ran wrong = slabscope({"report", file_.path(), "--at", "3"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_TRUE(tests::isOneErrorLine(wrong.err));
  EXPECT_TRUE(has(wrong.err, "the recording ends at 2.000 s")) << wrong.err;
}

TEST_F(ReportCommand, GathersThoseBelowTheTop) {
  const json end = report({"--top", "1"})["instants"][0];
  EXPECT_EQ(end["holders"].size(), 1U);
  EXPECT_EQ(end["other_holders"],
            json({{"callers", 1}, {"held_bytes", 6144}, {"live_bytes", 30}, {"slices", 1}}));
  EXPECT_EQ(end["other_callers"]["callers"], 0);
}

TEST_F(ReportCommand, ReadsWellOnOneScreen) {
  const tests::Ran ran = slabscope({"report", file_.path()});
  EXPECT_EQ(ran.status, 0) << ran.err;
  for (const char* what :
       {"node app.js\n", "    10.0 KiB    10.0 KiB      110 B     93.1x         3  keep  lib/keep.js:7:12\n",
        "     8.0 KiB     8.0 KiB        0 B         -         0  (no live slice: holder unknown)\n",
        "       500 B   976.6 KiB          1  (younger than the last full collection)\n",
        "         0 B   976.6 KiB          0    of it: big  big.js:2:3\n",
        "       500 B         0 B          1    of it: (no stack)\n",
        "last full collection: 1.300 s; 0 of 4 live slices were born since"}) {
    EXPECT_TRUE(has(ran.out, what)) << what << " is not in\n" << ran.out;
  }
  EXPECT_LT(ran.out.find("keep.js"), ran.out.find("share.js"));
  EXPECT_FALSE(has(ran.out, "! ")) << ran.out;
  EXPECT_FALSE(has(ran.out, "native-pool")) << "there is none";
  std::istringstream lines(ran.out);
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    if (count > 0) {
      EXPECT_LE(line.size(), 100U) << line;
    }
  }
  EXPECT_LE(count, 40U);
}

TEST_F(ReportCommand, SaysOfWhichInstantTheColumnsAreThatItHasOnce) {
  const tests::Ran two = slabscope({"report", file_.path()});
  for (const char* what :
       {"\n(live, held/live, slices and the order are those at end)\n      at end     at peak       live "
        "held/live",
        "\n(stores and the order are those at end)\n      at end     at peak     stores  caller\n"})
    EXPECT_TRUE(has(two.out, what)) << what << " is not in\n" << two.out;
  const tests::Ran one = slabscope({"report", file_.path(), "--at", "loaded"});
  EXPECT_FALSE(has(one.out, "the order are those")) << one.out;
}

TEST_F(ReportCommand, OfOneInstantHasOneColumn) {
  const tests::Ran ran = slabscope({"report", file_.path(), "--at", "loaded", "--top", "1"});
  EXPECT_TRUE(has(ran.out, "at loaded")) << ran.out;
  EXPECT_TRUE(has(ran.out, "    10.0 KiB      110 B     93.1x         3  keep  lib/keep.js:7:12\n"))
      << ran.out;
  EXPECT_TRUE(has(ran.out, "(1 other caller)")) << ran.out;
}

TEST(Report, SaysAtTheTopWhatIsNotExact) {
  const TemporaryFile file;
  recording::Header header = Maker::defaultHeader();
  header.liveness = false;
  header.stack_depth = 0;
  Maker maker(file.path(), header);
  maker.add(recording::Lost{.t = 1'000'000'000, .until = 1'500'000'000, .count = 12});
  maker.finish(recording::EndKind::kSignal, 9);
  const tests::Ran ran = slabscope({"report", file.path()});
  EXPECT_EQ(ran.status, 0);
  EXPECT_TRUE(has(
      ran.out,
      "\n! 12 lost events between 1.000 s and 1.500 s: what follows is not exact; incomplete end: killed by "
      "signal 9\n"))
      << ran.out;
  EXPECT_TRUE(has(ran.out, "! deaths of slices were not recorded")) << ran.out;
  EXPECT_TRUE(has(ran.out, "! callers were not recorded")) << ran.out;
  EXPECT_TRUE(has(ran.out, "no slab is alive")) << ran.out;
  EXPECT_TRUE(has(ran.out, "no such store is alive")) << ran.out;
}

// As of one where the agent did not run: the option alone does not tell.
TEST(Report, SaysThatItDoesNotKnowWhatRestsOnSlicesWhereThereAreNone) {
  for (const bool by_option : {true, false}) {
    const TemporaryFile file;
    recording::Header header = Maker::defaultHeader();
    header.slices = !by_option;
    Maker maker(file.path(), header);
    maker.writer().addCapability(
        {"slices", false, by_option ? "switched off by --no-slices" : "the agent did not run"});
    for (uint64_t t = 1; t <= 2; ++t) maker.alloc(t * 1'000'000'000, 8192, recording::StoreKind::kPool);
    maker.add(recording::Gc{3'000'000'000, 2'000'000, 0, recording::GcKind::kMarkCompact});
    maker.finish();
    const tests::Ran ran = slabscope({"report", file.path(), "--at", "end"});
    for (const char* what :
         {"  slices alive                   not known\n", "    in live slices               not known\n",
          "    utilisation                  not known\n", "  last full collection: 3.000 s\n",
          "Advice: none, nothing here reaches a threshold; of slices too little is known\n",
          "    16.0 KiB          ?         ?         ?  (slices not recorded: holder unknown)\n"})
      EXPECT_TRUE(has(ran.out, what)) << what << " is not in\n" << ran.out;
    EXPECT_EQ(has(ran.out, "! slices were not recorded (--no-slices)"), by_option) << ran.out;
    EXPECT_EQ(has(ran.out, "! missing: slices"), !by_option) << "a reason is told once\n" << ran.out;
    EXPECT_FALSE(has(ran.out, "0.00 %")) << ran.out;
    EXPECT_FALSE(has(ran.out, "no live slice")) << ran.out;
    const json whole = json::parse(slabscope({"report", file.path(), "--json"}).out);
    const std::vector<std::string> not_known = whole["not_known"];
    for (const char* name : {"slices", "live_bytes", "utilisation"})
      EXPECT_NE(std::find(not_known.begin(), not_known.end(), name), not_known.end()) << name;
  }
}

TEST_F(ReportCommand, KnowsAllOfWhatWasRecorded) {
  EXPECT_FALSE(report({}).contains("not_known"));
  EXPECT_FALSE(has(slabscope({"report", file_.path()}).out, "not known"));
}

TEST(Report, SaysWhoseFullCollectionItTellsWhereThereAreSeveralIsolates) {
  const TemporaryFile file;
  Maker maker(file.path());
  for (const uint32_t isolate : {0U, 1U})
    maker.add(recording::IsolateStart{.t = isolate, .isolate = isolate, .thread = isolate + 1});
  const auto slab = maker.alloc(1'000'000'000, 8192, recording::StoreKind::kPool);
  maker.slice(1'000'000'001, slab, 0, 10);
  maker.add(recording::Gc{1'300'000'000, 2'000'000, 1, recording::GcKind::kMarkCompact});
  maker.finish();
  const tests::Ran ran = slabscope({"report", file.path()});
  EXPECT_EQ(ran.status, 0) << ran.err;
  for (const char* what : {"last full collection of the main isolate: none before the end",
                           "(no full collection of the main isolate yet: some may be garbage)",
                           "no full collection of the main isolate has shown what survives"})
    EXPECT_TRUE(has(ran.out, what)) << what << " is not in\n" << ran.out;
}

}  // namespace
}  // namespace slabscope::cli
