// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "made_up.h"
#include "program.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

using nlohmann::json;
using recording::StoreKind;
using tests::Maker;
using tests::TemporaryFile;

// Two slabs: one that a slice of 10 bytes keeps, one that nobody is known to hold.
void twoSlabs(Maker& maker) {
  const auto stack = maker.stack("keep", "/app/cache.js", 41, 7);
  const auto held = maker.alloc(1'000'000'000, 8192, StoreKind::kPool, stack);
  maker.slice(1'000'000'001, held, 0, 10, stack);
  const auto empty = maker.alloc(2'000'000'000, 8192, StoreKind::kPool, stack);
  const auto dead = maker.slice(2'000'000'001, empty, 0, 100, stack);
  maker.add(recording::SliceFree{2'000'000'002, dead, false});
  maker.finish();
}

TEST(Slabs, AreListedWithWhoHoldsThem) {
  const TemporaryFile file;
  Maker maker(file.path());
  twoSlabs(maker);
  const tests::Ran ran = tests::slabscope({"slabs", file.path()});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(ran.out.find("2 slabs alive at end"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("keep  cache.js:41:7"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("holder unknown"), std::string::npos) << ran.out;
}

TEST(Slabs, AddUpInTheirJson) {
  const TemporaryFile file;
  Maker maker(file.path());
  twoSlabs(maker);
  const tests::Ran ran = tests::slabscope({"slabs", file.path(), "--json", "--top", "1"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const json report = json::parse(ran.out);
  EXPECT_EQ(report["schema"], 1);
  EXPECT_EQ(report["total"]["slabs"], 2);
  EXPECT_EQ(report["slabs"].size(), 1U);
  EXPECT_EQ(report["other_slabs"]["slabs"], 1);
  for (const char* figure : {"size", "live", "dead", "tail", "free", "padding", "startup", "unseen"}) {
    EXPECT_EQ(report["total"][figure],
              report["slabs"][0][figure].get<uint64_t>() + report["other_slabs"][figure].get<uint64_t>())
        << figure;
  }
  const json& worst = report["slabs"][0];
  EXPECT_EQ(worst["size"], 8192);
  EXPECT_EQ(worst["live"], 0);
  EXPECT_EQ(worst["dead"], 100);
  EXPECT_EQ(worst["free"], 8092);
  EXPECT_TRUE(worst["died_ns"].is_null());
  EXPECT_TRUE(worst["holders"].empty());
}

TEST(Slabs, AtAnInstantAreThoseOfThatInstant) {
  const TemporaryFile file;
  Maker maker(file.path());
  twoSlabs(maker);
  EXPECT_NE(tests::slabscope({"slabs", file.path(), "--at", "0.5"}).out.find("No slab is alive"),
            std::string::npos);
  EXPECT_NE(tests::slabscope({"slabs", file.path(), "--at", "1.5"}).out.find("1 slab alive"),
            std::string::npos);
  const tests::Ran late = tests::slabscope({"slabs", file.path(), "--at", "99"});
  EXPECT_EQ(late.status, 2);
  EXPECT_NE(late.err.find("there is no instant '99'"), std::string::npos) << late.err;
}

TEST(Slabs, SayWhatIsNotKnownOfThem) {
  const TemporaryFile file;
  recording::Header header = Maker::defaultHeader();
  header.slices = false;
  Maker maker(file.path(), header);
  maker.alloc(1'000'000'000, 8192, StoreKind::kPool);
  maker.add(recording::Lost{.t = 1'000'000'000, .until = 1'500'000'000, .count = 12});
  maker.finish();
  for (const auto& arguments : {std::vector<std::string>{"slabs", file.path()},
                                std::vector<std::string>{"report", file.path(), "--by", "line"}}) {
    const tests::Ran ran = tests::slabscope(arguments);
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_NE(ran.out.find("! 12 lost events between 1.000 s and 1.500 s: what follows is not exact\n"),
              std::string::npos)
        << ran.out;
    EXPECT_NE(ran.out.find("! slices were not recorded (--no-slices): nothing is known of what lives"),
              std::string::npos)
        << ran.out;
  }
  const tests::Ran slabs = tests::slabscope({"slabs", file.path()});
  EXPECT_NE(slabs.out.find("1 slab alive at end (1.000 s), largest first\n"), std::string::npos) << slabs.out;
  for (const char* start : {"       1   1.000 s", "               all"}) {
    EXPECT_NE(
        slabs.out.find(std::string(start) + "   8.0 KiB          ?          ?          ?          ?          "
                                            "?         ?       ?"),
        std::string::npos)
        << start << slabs.out;
  }
  EXPECT_NE(slabs.out.find("  (slices not recorded: holder unknown)\n"), std::string::npos) << slabs.out;

  const json answer = json::parse(tests::slabscope({"slabs", file.path(), "--json"}).out);
  EXPECT_EQ(answer["slabs"][0]["unseen"], 8192);
  EXPECT_EQ(answer["slabs"][0]["free"], 0);
  const std::vector<std::string> not_known = answer["not_known"];
  for (const char* name : {"live", "dead", "tail", "free", "slices", "utilisation"})
    EXPECT_NE(std::find(not_known.begin(), not_known.end(), name), not_known.end()) << name;
}

}  // namespace
}  // namespace slabscope::cli
