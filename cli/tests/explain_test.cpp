// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "made_up_pool.h"
#include "program.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

using nlohmann::json;
using tests::PoolMaker;
using tests::TemporaryFile;

constexpr size_t kClaims = 11;

TEST(Explain, TellsOfAnEmptyRecordingThatNothingWasExercised) {
  const TemporaryFile file;
  PoolMaker(file.path()).finish();
  const tests::Ran ran = tests::slabscope({"explain", file.path()});
  EXPECT_EQ(ran.status, 0) << ran.err;
  size_t times = 0;
  for (size_t at = ran.out.find("NOT EXERCISED"); at != std::string::npos;
       at = ran.out.find("NOT EXERCISED", at + 1))
    ++times;
  EXPECT_EQ(times, kClaims - 1) << ran.out;
}

TEST(Explain, NamesWhatTheRecordingLacks) {
  const TemporaryFile file;
  recording::Header header = tests::Maker::defaultHeader();
  header.slices = false;
  PoolMaker(file.path(), 8192, header).finish();
  const tests::Ran ran = tests::slabscope({"explain", file.path()});
  EXPECT_NE(ran.out.find("CANNOT TELL"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("the recording lacks the capability slices"), std::string::npos) << ran.out;
}

TEST(Explain, ShowsAReuseWithItsPlaceInTextAndJson) {
  const TemporaryFile file;
  PoolMaker pool(file.path());
  const auto slab = pool.slab(1);
  const auto dead = pool.cut(2, slab, 0, 100, pool.allocUnsafe());
  pool.cut(3, slab, 104, 100, pool.allocUnsafe());
  pool.die(4, dead);
  pool.cut(1'500'000'000, slab, 40, 40, pool.allocUnsafe(17));
  pool.finish();
  const tests::Ran text = tests::slabscope({"explain", file.path()});
  EXPECT_NE(text.out.find("IN PART        Freed regions of a slab are handed out again"), std::string::npos)
      << text.out;
  EXPECT_NE(text.out.find("e.g. slab 1 +40, 40 bytes, 1.500 s, f17  app.js:17:1"), std::string::npos)
      << text.out;

  const tests::Ran ran = tests::slabscope({"explain", file.path(), "--json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const json answer = json::parse(ran.out);
  EXPECT_EQ(answer["schema"], 1);
  ASSERT_EQ(answer["claims"].size(), kClaims);
  std::set<std::string> ids;
  for (const json& claim : answer["claims"]) {
    ids.insert(claim["id"]);
    EXPECT_TRUE(claim["counts"].is_object()) << claim["id"];
    EXPECT_TRUE(claim["examples"].is_object()) << claim["id"];
  }
  EXPECT_EQ(ids.size(), kClaims);
  const json& reuse = answer["claims"][4];
  EXPECT_EQ(reuse["id"], "reuse");
  EXPECT_EQ(reuse["verdict"], "in-part");
  EXPECT_EQ(reuse["counts"]["reused"], (json{{"count", 1}, {"bytes", 40}}));
  EXPECT_EQ(reuse["examples"]["reused"]["offset"], 40);
  EXPECT_EQ(reuse["examples"]["reused"]["caller"]["line"], 17);
}

TEST(Explain, CallsAStoreAStore) {
  const TemporaryFile file;
  PoolMaker pool(file.path());
  pool.cut(2, pool.slab(1), 0, 10, pool.allocUnsafe());
  pool.store(3, 100, pool.unpooled());
  pool.finish();
  const tests::Ran ran = tests::slabscope({"explain", file.path()});
  EXPECT_NE(ran.out.find("cuts and 1 store of their own"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("e.g. store 2, 100 bytes"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find(" \n"), std::string::npos) << ran.out;
}

TEST(Explain, SaysOfOldDataThatItCannotTellWhereItsFiguresDoNot) {
  const TemporaryFile file;
  PoolMaker pool(file.path());
  pool.free(2, pool.store(1, 6000, pool.unpooled(), 0x10000));
  pool.maker().add(recording::Lost{.t = 3, .until = 4, .count = 1});
  pool.slab(5, 8192, 0x20000);
  pool.finish();
  const tests::Ran text = tests::slabscope({"explain", file.path()});
  EXPECT_NE(text.out.find("CANNOT TELL    A new slab's memory may hold an earlier store's data\n"
                          "               0 of 1 new slab lie where a store that is known had been"),
            std::string::npos)
      << text.out;
  const json answer = json::parse(tests::slabscope({"explain", file.path(), "--json"}).out);
  const json& old_data = answer["claims"][6];
  EXPECT_EQ(old_data["id"], "old-data");
  EXPECT_EQ(old_data["verdict"], "cannot-tell");
  EXPECT_EQ(old_data["lacking"], nullptr);
  EXPECT_EQ(old_data["counts"]["exact"], false);
}

TEST(Explain, RefusesWhatIsNoRecording) {
  const tests::Ran ran = tests::slabscope({"explain", "/dev/null"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_TRUE(tests::isOneErrorLine(ran.err)) << ran.err;
  const tests::Ran wrong = tests::slabscope({"explain", "--top", "3", "x"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_TRUE(tests::isOneErrorLine(wrong.err)) << wrong.err;
}

}  // namespace
}  // namespace slabscope::cli
