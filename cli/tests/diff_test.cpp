// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "files.h"
#include "made_up.h"
#include "program.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

using nlohmann::json;
using recording::StoreKind;
using tests::isOneErrorLine;
using tests::Maker;
using tests::TemporaryFile;

struct Program {
  std::string file = "/app/cache.js";
  std::string function = "keep";
  uint32_t line = 41;
  uint64_t slabs = 10;
  bool has_collection = true;
  std::string script = "app.js";
};

// Each slab is kept by 10 bytes.
void write(const TemporaryFile& file, const Program& program) {
  recording::Header header = Maker::defaultHeader();
  header.argv = {"node", program.script};
  Maker maker(file.path(), header);
  const auto stack = maker.stack(program.function, program.file, program.line, 7);
  uint64_t t = 0;
  for (uint64_t i = 0; i < program.slabs; ++i) {
    const auto slab = maker.alloc(++t, 8192, StoreKind::kPool, stack);
    maker.slice(++t, slab, 0, 10, stack);
  }
  if (program.has_collection) maker.add(recording::Gc{++t, 5, 0, recording::GcKind::kMarkCompact});
  maker.add(recording::ProcessRss{1'000'000'000, 1 << 20});
  maker.finish();
}

struct TwoFiles {
  TwoFiles(const Program& before, const Program& after) {
    write(old_file, before);
    write(new_file, after);
  }
  tests::Ran diff(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"diff", old_file.path(), new_file.path()});
    return tests::slabscope(more);
  }
  TemporaryFile old_file;
  TemporaryFile new_file;
};

TEST(Diff, PutsTheCallerThatChangedMostFirst) {
  const TwoFiles files({}, {.line = 44, .slabs = 138});
  const tests::Ran ran = files.diff();
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  EXPECT_NE(ran.out.find("grown"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("+1.0 MiB"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("keep  cache.js:44:7 (was 41:7)"), std::string::npos) << ran.out;
}

TEST(Diff, KeepsColumnsApartHoweverMuchHasChanged) {
  const TwoFiles files({.slabs = 1}, {.slabs = 4000});
  const tests::Ran ran = files.diff();
  EXPECT_NE(ran.out.find("+31.2 MiB +399900.0 %"), std::string::npos) << ran.out;
}

// Of stores that live a moment, one a millisecond; the older of them are dropped where the file has a limit.
void writeChurn(const TemporaryFile& file, uint64_t limit) {
  recording::Header header = Maker::defaultHeader();
  header.argv = {"node", "app.js"};
  header.max_size = limit;
  Maker maker(file.path(), header);
  const auto stack = maker.stack("churn", "/app/churn.js", 3, 4);
  for (uint64_t t = 1; t < 100'000; ++t) {
    const auto store = maker.alloc(t * 1'000'000, 1000 + t * 7919 % 1000, StoreKind::kArrayBuffer, stack);
    maker.add(recording::StoreFree{t * 1'000'000 + t * 104'729 % 900'000, store, false});
  }
  maker.add(recording::Gc{100'000'000'000, 5, 0, recording::GcKind::kMarkCompact});
  maker.finish();
}

TEST(Diff, OfALimitedRecordingDoesNotTellHowAllocationsChanged) {
  const TemporaryFile whole;
  const TemporaryFile limited;
  writeChurn(whole, 0);
  writeChurn(limited, recording::Writer::kMinMaxSize);
  const auto diff = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"diff", whole.path(), limited.path()});
    return tests::slabscope(more);
  };
  const tests::Ran ran = diff({});
  for (const char* what :
       {"No change beyond noise in 1 caller in what they hold (of allocations nothing can be said)\n",
        "  ? not known: a side lacks its beginning (--max-size); give --from\n"})
    EXPECT_NE(ran.out.find(what), std::string::npos) << what << " is not in\n" << ran.out;
  for (const char* what : {"shrunk", "  *\n"}) EXPECT_EQ(ran.out.find(what), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("allocations"), std::string::npos) << ran.out;

  const json answer = json::parse(diff({"--json"}).out);
  EXPECT_EQ(answer["not_comparable"],
            json({"bytes", "allocations", "collections", "collection_time", "marks"}));
  EXPECT_EQ(answer["changed"], false);
  EXPECT_FALSE(json::parse(diff({"--json", "--from", "99"}).out).contains("not_comparable"));

  const tests::Ran failed = diff({"--fail-if", "allocations < -10%"});
  EXPECT_EQ(failed.status, 1);
  EXPECT_NE(failed.err.find("holds: allocations (a side lacks its beginning) 99,999 -> "), std::string::npos)
      << failed.err;
}

TEST(Diff, SaysNothingOfCallersWhereOneSideHasNoSlices) {
  const TemporaryFile with;
  const TemporaryFile without;
  write(with, {.slabs = 138});
  recording::Header header = Maker::defaultHeader();
  header.argv = {"node", "app.js"};
  header.slices = false;
  Maker maker(without.path(), header);
  const auto stack = maker.stack("keep", "/app/cache.js", 41, 7);
  maker.alloc(1, 100'000, StoreKind::kArrayBuffer, stack);
  for (uint64_t i = 0; i < 138; ++i) maker.alloc(2 + i, 8192, StoreKind::kPool, stack);
  maker.add(recording::Gc{1000, 5, 0, recording::GcKind::kMarkCompact});
  maker.finish();
  const tests::Ran ran = tests::slabscope({"diff", with.path(), without.path()});
  for (const char* what : {"How callers changed is not known: slices were recorded on one side only\n",
                           "  slices alive                             138             ?             ?",
                           "  ? not known: slices were not recorded\n"})
    EXPECT_NE(ran.out.find(what), std::string::npos) << what << " is not in\n" << ran.out;
  EXPECT_EQ(ran.out.find("0.00 %"), std::string::npos) << ran.out;
  const json answer = json::parse(tests::slabscope({"diff", with.path(), without.path(), "--json"}).out);
  EXPECT_EQ(answer["changed"], false);
  EXPECT_EQ(answer["metrics"]["utilisation"]["significant"], false);
  EXPECT_EQ(answer["not_comparable"].size(), 15U);
  const tests::Ran alike = tests::slabscope({"diff", without.path(), without.path()});
  EXPECT_EQ(alike.out.find("?"), std::string::npos) << alike.out;
  const tests::Ran failed =
      tests::slabscope({"diff", with.path(), without.path(), "--fail-if", "utilisation < -10%"});
  EXPECT_NE(failed.err.find("holds: utilisation (a side lacks slices) 0.12 % -> "), std::string::npos)
      << failed.err;
}

TEST(Diff, OfEqualRunsReportsNoChange) {
  const TwoFiles files({}, {.line = 44});
  const tests::Ran ran = files.diff();
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(ran.out.find("No change beyond noise in 1 caller\n"), std::string::npos) << ran.out;
  EXPECT_EQ(json::parse(files.diff({"--json"}).out)["changed"], false);
}

TEST(Diff, TellsTheSameInItsJson) {
  const TwoFiles files({}, {.slabs = 138});
  const tests::Ran ran = files.diff({"--json", "--fail-if", "held_bytes > +1MB"});
  EXPECT_EQ(ran.status, 1);
  const json diff = json::parse(ran.out);
  EXPECT_EQ(diff["schema"], 1);
  EXPECT_EQ(diff["changed"], true);
  EXPECT_EQ(diff["before"][0]["file"], files.old_file.path());
  EXPECT_EQ(diff["before"][0]["knows_garbage"], true);
  EXPECT_EQ(diff["metrics"]["slab_bytes"]["delta"], 128 * 8192);
  EXPECT_EQ(diff["failures"].size(), 1U);
  const json& caller = diff["callers"][0];
  EXPECT_EQ(caller["status"], "grown");
  EXPECT_EQ(caller["function"], "keep");
  EXPECT_EQ(caller["after"]["file"], "cache.js");
  EXPECT_EQ(caller["held_bytes"]["before"], 10 * 8192);
  EXPECT_EQ(caller["held_bytes"]["after"], 138 * 8192);
  EXPECT_EQ(caller["live_bytes"]["delta"], 1280);
  EXPECT_EQ(diff["metrics"]["held_bytes"]["delta"], caller["held_bytes"]["delta"]);
}

TEST(Diff, FailsOnWhatItWasAskedTo) {
  const TwoFiles files({}, {.slabs = 138});
  const tests::Ran holds = files.diff({"--fail-if", "held_bytes{file=cache.js} > 1MiB"});
  EXPECT_EQ(holds.status, 1);
  EXPECT_TRUE(isOneErrorLine(holds.err)) << holds.err;
  EXPECT_NE(holds.err.find("80.0 KiB -> 1.1 MiB"), std::string::npos) << holds.err;
  EXPECT_EQ(files.diff({"--fail-if", "held_bytes{file=other.js} > 1MiB"}).status, 0);
  const tests::Ran wrong = files.diff({"--fail-if", "held_bytes > +1XB"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_TRUE(isOneErrorLine(wrong.err)) << wrong.err;
  EXPECT_NE(wrong.err.find("column"), std::string::npos) << wrong.err;
  EXPECT_EQ(wrong.out, "");
}

TEST(Diff, SaysWhatMakesItUnsure) {
  const TwoFiles files({}, {.has_collection = false, .script = "server.js"});
  const tests::Ran ran = files.diff();
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(ran.out.find("! different programs: app.js and server.js\n"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("has no full collection"), std::string::npos) << ran.out;
}

TEST(Diff, RefusesWhatCannotBeCompared) {
  const TwoFiles files({}, {.file = "/app/other.js", .function = "serve", .script = "server.js"});
  const tests::Ran strangers = files.diff();
  EXPECT_EQ(strangers.status, 2);
  EXPECT_TRUE(isOneErrorLine(strangers.err)) << strangers.err;
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--at", "99"}, {"--at", "nowhere"}, {"--per", "hour"}, {"--top", "0"}}) {
    const tests::Ran ran = files.diff(more);
    EXPECT_EQ(ran.status, 2) << more[1];
    EXPECT_TRUE(isOneErrorLine(ran.err)) << ran.err;
  }
  const tests::Ran absent = tests::slabscope({"diff", files.old_file.path(), "/nowhere/x.slab"});
  EXPECT_EQ(absent.status, 2);
  EXPECT_TRUE(isOneErrorLine(absent.err)) << absent.err;
  EXPECT_NE(absent.err.find("/nowhere/x.slab"), std::string::npos) << absent.err;
}

// One slab and its slice a nanosecond each.
TEST(Diff, CountsFromWhereItIsTold) {
  const TwoFiles files({.slabs = 10}, {.slabs = 138});
  const json whole = json::parse(files.diff({"--json"}).out);
  EXPECT_EQ(whole["metrics"]["allocations"]["before"], 10);
  EXPECT_FALSE(whole["before"][0].contains("from"));
  const json later = json::parse(files.diff({"--json", "--from", "0.000000011"}).out);
  EXPECT_EQ(later["before"][0]["from_ns"], 11);
  EXPECT_EQ(later["metrics"]["allocations"]["before"], 5) << "at 12, 14, 16, 18 and 20 ns";
  EXPECT_EQ(later["metrics"]["allocations"]["after"], 133);
  EXPECT_EQ(later["metrics"]["held_bytes"], whole["metrics"]["held_bytes"]) << "what is alive is alive";
  EXPECT_TRUE(isOneErrorLine(files.diff({"--at", "0", "--from", "0.5"}).err));
  EXPECT_TRUE(isOneErrorLine(files.diff({"--from", "nowhere"}).err));
}

TEST(Diff, WritesATestCaseForEachCondition) {
  const TwoFiles files({}, {.slabs = 138});
  const TemporaryFile junit;
  const tests::Ran ran = files.diff({"--junit", junit.path(), "--fail-if", "held_bytes > +1MB", "--fail-if",
                                     "slabs < 3", "--fail-if", "held_bytes{function=ke*p} > +1MB"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.out.find("grown"), std::string::npos) << "the text is told all the same";
  const std::string xml = recording::readFile(junit.path());
  EXPECT_EQ(xml.find("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), 0U) << xml;
  EXPECT_NE(xml.find("tests=\"3\" failures=\"2\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("name=\"slabs &lt; 3\"/>"), std::string::npos) << xml;
  EXPECT_NE(xml.find("name=\"held_bytes &gt; +1MB\" file=\"cache.js\" line=\"41\">"), std::string::npos)
      << xml;
  EXPECT_NE(xml.find("keep  cache.js:41:7  held 80.0 KiB -&gt; 1.1 MiB"), std::string::npos) << xml;
}

TEST(Diff, WritesNoTestCasesWhereItCannotTell) {
  const TwoFiles files({}, {});
  const tests::Ran alone = files.diff({"--junit", "/nowhere/x.xml"});
  EXPECT_EQ(alone.status, 2);
  EXPECT_TRUE(isOneErrorLine(alone.err)) << alone.err;
  const tests::Ran absent = files.diff({"--junit", "/nowhere/x.xml", "--fail-if", "slabs < 3"});
  EXPECT_EQ(absent.status, 2);
  EXPECT_TRUE(isOneErrorLine(absent.err)) << absent.err;
  const tests::Ran itself = files.diff({"--junit", files.new_file.path(), "--fail-if", "slabs < 3"});
  EXPECT_EQ(itself.status, 2);
  EXPECT_EQ(files.diff().status, 0) << "the recording is whole";
}

// One slab and its slice a nanosecond each.
TEST(Diff, TellsWhatHasChangedWithinARun) {
  const TwoFiles files({.slabs = 10}, {.slabs = 138});
  const std::string file = files.new_file.path();
  const auto held = [&](const char* fail_if) {
    return tests::slabscope({"diff", file, file, "--old-at", "0.00000002", "--json", "--fail-if", fail_if});
  };
  const tests::Ran ran = held("slabs > +127");
  EXPECT_EQ(ran.status, 1) << ran.err;
  EXPECT_EQ(json::parse(ran.out)["metrics"]["slabs"]["before"], 10);
  EXPECT_EQ(json::parse(ran.out)["metrics"]["slabs"]["after"], 138);
  EXPECT_EQ(held("slabs > +128").status, 0);
}

}  // namespace
}  // namespace slabscope::cli
