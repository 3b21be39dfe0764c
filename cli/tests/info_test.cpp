// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "made_up.h"
#include "program.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/version.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

using nlohmann::json;
using recording::EndKind;
using recording::StoreKind;
using tests::has;
using tests::Maker;
using tests::slabscope;
using tests::TemporaryFile;

json infoOf(const std::string& path) {
  const tests::Ran ran = slabscope({"info", path, "--json"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  return json::parse(ran.out);
}

TEST(Info, TellsInJsonWhatWasWritten) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.writer().addRuntimeInfo({"node", "v24.21.0"});
  maker.writer().addRuntimeInfo({"pool_size", "65536"});
  maker.writer().addCapability({"slices", true, ""});
  maker.writer().addCapability({"wasm-stores", false, "why not"});
  tests::makeUpRandom(maker, 3, 2000);
  const json info = infoOf(file.path());
  const auto scan = analysis::scan(file.path());

  EXPECT_EQ(info["schema"], 1);
  EXPECT_EQ(info["file"], file.path());
  EXPECT_EQ(info["node"], "v24.21.0");
  EXPECT_EQ(info["v8"], "");
  EXPECT_EQ(info["pid"], 4711);
  EXPECT_EQ(info["argv"], json({"node", "app.js"}));
  EXPECT_EQ(info["pool_size"], 65536);
  EXPECT_EQ(info["capabilities"], json::array({"slices"}));
  EXPECT_EQ(info["missing"], json::array({{{"name", "wasm-stores"}, {"detail", "why not"}}}));
  EXPECT_EQ(info["complete"], true);
  EXPECT_EQ(info["finished"], true);
  EXPECT_EQ(info["end"], json({{"kind", "exit"}, {"status", 0}}));
  EXPECT_EQ(info["events"], maker.events().size());
  uint64_t all = 0;
  for (const auto& [kind, count] : info["counts"].items()) all += count.get<uint64_t>();
  EXPECT_EQ(all, maker.events().size());
  EXPECT_EQ(info["counts"].size(), 14U);
  EXPECT_EQ(info["counts"]["slice"], scan->counts.slice);
  EXPECT_EQ(info["live_at_end"]["store_bytes"], scan->at_end.store_bytes);
  EXPECT_EQ(info["bytes"], std::filesystem::file_size(file.path()));
  EXPECT_EQ(info["good_bytes"], info["bytes"]);
  EXPECT_EQ(info["snapshots"], 0);
  EXPECT_EQ(info["snapshot_bytes"], 0);
  EXPECT_EQ(info["snapshot_share"], 0);
  EXPECT_EQ(info["frames"], 18);
  EXPECT_EQ(info["stacks"], 18);
  EXPECT_EQ(info["strings"], scan->strings);
  EXPECT_EQ(info["batches"], scan->batches);
  EXPECT_EQ(info["lost_events"], 0);
  EXPECT_EQ(info["unknown_events"], 0);
  EXPECT_EQ(info["damage"], "");
  EXPECT_GT(info["duration_ns"], 0);
  EXPECT_FALSE(info.contains("verified"));
  EXPECT_EQ(info["format"], recording::readableFormats().first);
}

TEST(Info, ReadsTheSameOnOneScreen) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.writer().addCapability({"wasm-stores", false, "why not"});
  tests::makeUpRandom(maker, 3, 2000);
  const tests::Ran ran = slabscope({"info", file.path()});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.err, "");
  for (const char* what :
       {"pid 4711", "node app.js", "missing       wasm-stores: why not", "0 lost events",
        "snapshots     none", "integrity     complete (exit status 0)", "2023-11-14 22:13:20 UTC"}) {
    EXPECT_TRUE(has(ran.out, what)) << what << " is not in\n" << ran.out;
  }
}

TEST(Info, TellsHowMuchOfTheFileSnapshotsTake) {
  const TemporaryFile file;
  Maker maker(file.path(), Maker::defaultHeader(), {.least_growth = 1, .growth_factor = 0});
  tests::makeUpRandom(maker, 3, 2000);
  const json info = infoOf(file.path());
  const auto scan = analysis::scan(file.path());
  EXPECT_EQ(info["snapshots"], scan->integrity.snapshots);
  EXPECT_GT(info["snapshots"], 3);
  EXPECT_GT(info["snapshot_bytes"], 0);
  const double share = info["snapshot_bytes"].get<double>() / info["bytes"].get<double>();
  EXPECT_DOUBLE_EQ(info["snapshot_share"].get<double>(), share);
  char shown[64];
  std::snprintf(shown, sizeof shown, "%14d   %.1f %% of the file", info["snapshots"].get<int>(), 100 * share);
  const tests::Ran ran = slabscope({"info", file.path()});
  EXPECT_TRUE(has(ran.out, "snapshots     " + std::string(shown))) << ran.out;
}

TEST(Verify, FindsASoundRecordingSound) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, 3, 2000);
  const tests::Ran ran = slabscope({"info", file.path(), "--verify"});
  EXPECT_EQ(ran.status, 0) << ran.out;
  EXPECT_TRUE(has(ran.out, "the events agree with one another")) << ran.out;
  const tests::Ran as_json = slabscope({"info", file.path(), "--verify", "--json"});
  EXPECT_EQ(json::parse(as_json.out)["verified"], true);
}

TEST(Verify, StatesAKilledProcessButDoesNotBlameTheRecording) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.alloc(1, 10, StoreKind::kPool);
  maker.flush();
  maker.alloc(2, 10, StoreKind::kPool);
  maker.finish(EndKind::kSignal, 9);
  const tests::Ran ran = slabscope({"info", file.path(), "--verify"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_TRUE(has(ran.out, "2 complete batches")) << ran.out;
  EXPECT_TRUE(has(ran.out, "incomplete end: killed by signal 9")) << ran.out;
  EXPECT_TRUE(has(ran.out, "0 lost events")) << ran.out;
  EXPECT_EQ(infoOf(file.path())["end"], json({{"kind", "signal"}, {"status", 9}}));
  EXPECT_EQ(infoOf(file.path())["complete"], false);
}

TEST(Verify, BlamesARecordingThatIsCutOrDamaged) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, 3, 2000);
  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) - 1);
  const tests::Ran ran = slabscope({"info", file.path(), "--verify"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_TRUE(has(ran.out, "incomplete end: the recording stops after batch ")) << ran.out;
  EXPECT_EQ(slabscope({"info", file.path()}).status, 0) << "only --verify judges";
  const json info = infoOf(file.path());
  EXPECT_EQ(info["finished"], false);
  EXPECT_NE(info["damage"], "");
  EXPECT_EQ(info["end"], json({{"kind", "unknown"}, {"status", nullptr}}));
}

TEST(Verify, BlamesLossesWithTheirRanges) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.add(recording::Lost{.t = 1'000'000'000, .until = 1'500'000'000, .count = 12});
  for (uint64_t i = 0; i < 6; ++i)
    maker.add(recording::Lost{.t = 2'000'000'000, .until = 2'000'000'000, .count = 1});
  maker.finish();
  const tests::Ran ran = slabscope({"info", file.path(), "--verify"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_TRUE(has(ran.out, "18 lost events")) << ran.out;
  EXPECT_TRUE(has(ran.out, "12 from 1.000 s to 1.500 s")) << ran.out;
  EXPECT_TRUE(has(ran.out, "2 more ranges")) << ran.out;
  EXPECT_EQ(infoOf(file.path())["lost"].size(), 7U);
}

TEST(Verify, BlamesEventsThatContradictOneAnother) {
  const TemporaryFile file;
  Maker maker(file.path());
  const auto store = maker.alloc(1, 10, StoreKind::kPool);
  for (int i = 0; i < 13; ++i) maker.slice(2, store, 9, 5);
  maker.finish();
  const tests::Ran ran = slabscope({"info", file.path(), "--verify"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_TRUE(has(ran.out, "13 problems")) << ran.out;
  EXPECT_TRUE(has(ran.out, "slice 1 (offset 9, length 5) is outside of store 1 (size 10)")) << ran.out;
  EXPECT_TRUE(has(ran.out, "and 3 more")) << ran.out;
  const tests::Ran as_json = slabscope({"info", file.path(), "--verify", "--json"});
  EXPECT_EQ(as_json.status, 1);
  EXPECT_EQ(json::parse(as_json.out)["problem_count"], 13);
  EXPECT_EQ(json::parse(as_json.out)["verified"], false);
}

}  // namespace
}  // namespace slabscope::cli
