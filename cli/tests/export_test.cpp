// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "files.h"
#include "made_up.h"
#include "program.h"
#include "slabscope/analysis/scan.h"
#include "slabscope/recording/reader.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

using nlohmann::json;
using recording::StoreKind;
using tests::historyOf;
using tests::Maker;
using tests::TemporaryFile;

std::set<std::string> keysOf(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

const std::map<std::string, std::set<std::string>> kContract = {
    {"recording",
     {"type", "format", "node", "v8", "pid", "argv", "start_unix_ns", "pool_size", "capabilities", "missing",
      "complete", "lost_events"}},
    {"frame", {"type", "id", "kind", "function", "file", "line", "column"}},
    {"stack", {"type", "id", "frames"}},
    {"isolate_start", {"type", "t", "isolate", "thread", "allocator"}},
    {"isolate_end", {"type", "t", "isolate", "thread", "allocator"}},
    {"store_alloc",
     {"type", "t", "store", "address", "size", "kind", "isolate", "allocator", "thread", "stack"}},
    {"store_resize", {"type", "t", "store", "size"}},
    {"store_move", {"type", "t", "store", "isolate"}},
    {"store_free", {"type", "t", "store"}},
    {"slice", {"type", "t", "slice", "store", "parent", "offset", "length", "isolate", "stack"}},
    {"slice_free", {"type", "t", "slice"}},
    {"gc", {"type", "t", "duration", "isolate", "kind"}},
    {"memory", {"type", "t", "isolate", "rss", "heap_used", "heap_total", "external", "array_buffers"}},
    {"mark", {"type", "t", "isolate", "name"}},
    {"lost", {"type", "t", "until", "count"}}};

TEST(Jsonl, HasExactlyTheKeysOfTheContractAndDefinesBeforeUse) {
  const TemporaryFile file;
  Maker maker(file.path());
  maker.add(recording::Lost{.t = 0, .until = 0, .count = 3});
  tests::makeUpRandom(maker, 42, 4000);
  const std::vector<json> lines = historyOf(file.path());

  std::set<uint64_t> frames;
  std::set<uint64_t> stacks;
  std::set<std::string> seen;
  uint64_t t = 0;
  for (const json& line : lines) {
    const std::string type = line.at("type");
    seen.insert(type);
    std::set<std::string> keys = keysOf(line);
    if (type == "store_free" || type == "slice_free") {
      EXPECT_EQ(line.value("teardown", true), true) << "said only when it is so";
      keys.erase("teardown");
    }
    ASSERT_TRUE(kContract.contains(type)) << line;
    EXPECT_EQ(keys, kContract.at(type)) << line;
    if (type == "frame") {
      EXPECT_TRUE(frames.insert(line["id"].get<uint64_t>()).second);
    }
    if (type == "stack") {
      EXPECT_TRUE(stacks.insert(line["id"].get<uint64_t>()).second);
      for (const uint64_t frame : line["frames"]) EXPECT_TRUE(frames.contains(frame));
    }
    if (line.contains("stack") && line["stack"] != 0) {
      EXPECT_TRUE(stacks.contains(line["stack"].get<uint64_t>()));
    }
    if (line.contains("t")) {
      EXPECT_GE(line["t"].get<uint64_t>(), t);
      t = line["t"];
    }
  }
  EXPECT_EQ(seen.size(), kContract.size()) << "a kind of line was not seen";
  EXPECT_EQ(lines.front()["type"], "recording");
}

TEST(Jsonl, TellsWhatIsReservedOnlyOfStoresThatGrowInPlace) {
  const TemporaryFile file;
  Maker maker(file.path());
  for (const StoreKind kind : {StoreKind::kResizable, StoreKind::kWasm, StoreKind::kArrayBuffer})
    maker.add(recording::StoreAlloc{.t = 1, .store = {}, .size = 4096, .kind = kind, .reserved = 65536});
  maker.finish();
  std::string told;
  for (const json& line : historyOf(file.path())) {
    if (line["type"] == "store_alloc")
      told +=
          line["kind"].get<std::string>() + (line.contains("reserved") ? line["reserved"].dump() : "") + " ";
  }
  EXPECT_EQ(told, "resizable65536 wasm65536 arraybuffer ");
}

TEST(Jsonl, TellsWhatAllocatedAnExternalStoreOnlyWhereThatIsKnown) {
  const TemporaryFile file;
  Maker maker(file.path());
  const recording::StackId wrapped = maker.stack("wrap", "/app/x.js", 1, 1);
  const recording::StackId allocated = maker.stack("allocate", "/app/x.cpp", 2, 1);
  for (const recording::StackId stack : {allocated, recording::StackId{}})
    maker.add(recording::StoreAlloc{.t = 1,
                                    .store = {},
                                    .size = 4096,
                                    .kind = StoreKind::kExternal,
                                    .stack = wrapped,
                                    .allocation_stack = stack});
  maker.finish();
  std::set<uint64_t> defined;
  std::string told;
  for (const json& line : historyOf(file.path())) {
    if (line["type"] == "stack") defined.insert(line["id"].get<uint64_t>());
    if (line["type"] != "store_alloc") continue;
    told += line.contains("allocation_stack") ? "known " : "unknown ";
    if (line.contains("allocation_stack")) {
      EXPECT_EQ(line["allocation_stack"], allocated.value);
      EXPECT_TRUE(defined.contains(allocated.value));
    }
  }
  EXPECT_EQ(told, "known unknown ");
}

TEST(Jsonl, TellsEveryEventOnceWithItsValues) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, 43, 3000);
  const auto scan = analysis::scan(file.path());
  ASSERT_TRUE(scan);
  std::vector<json> events;
  for (const json& line : historyOf(file.path())) {
    if (line.contains("t")) events.push_back(line);
  }
  size_t at = 0;
  for (const recording::Event& event : maker.events()) {
    if (std::holds_alternative<recording::StoreKindKnown>(event) ||
        std::holds_alternative<recording::ProcessRss>(event)) {
      continue;
    }
    ASSERT_LT(at, events.size());
    const json& line = events[at++];
    if (const auto* one = std::get_if<recording::StoreAlloc>(&event)) {
      EXPECT_EQ(line["type"], "store_alloc");
      EXPECT_EQ(line["store"], one->store.value);
      EXPECT_EQ(std::stoull(line["address"].get<std::string>(), nullptr, 16), one->address);
      EXPECT_EQ(line["size"], one->size);
      EXPECT_EQ(line["kind"], recording::toString(scan->kinds.of(*one)));
      EXPECT_EQ(line["stack"], one->stack.value);
    } else if (const auto* slice = std::get_if<recording::Slice>(&event)) {
      EXPECT_EQ(line, json({{"type", "slice"},
                            {"t", slice->t},
                            {"slice", slice->slice.value},
                            {"store", slice->store.value},
                            {"parent", slice->parent.value},
                            {"offset", slice->offset},
                            {"length", slice->length},
                            {"isolate", 0},
                            {"stack", slice->stack.value}}));
    } else if (const auto* freed = std::get_if<recording::StoreFree>(&event)) {
      EXPECT_EQ(line["type"], "store_free");
      EXPECT_EQ(line["store"], freed->store.value);
      EXPECT_EQ(line.contains("teardown"), freed->teardown);
    }
  }
  EXPECT_EQ(at, events.size());
}

TEST(Jsonl, TellsTheFinalKindAtBirthAndUnknownPlacesAsNull) {
  const TemporaryFile file;
  Maker maker(file.path());
  const auto parent = maker.stack("outer", "/app/x.js", 3, 4);
  const auto stack = maker.stack("", "", 0, 0, parent, recording::FrameKind::kBuiltin);
  maker.stack("unused", "/app/y.js", 1, 1);
  const auto store = maker.alloc(1, 8192, StoreKind::kArrayBuffer, stack);
  maker.flush();
  maker.add(recording::StoreKindKnown{.t = 2, .store = store, .kind = StoreKind::kPool});
  maker.add(recording::ProcessRss{.t = 3, .rss = 4});
  maker.finish();
  const std::vector<json> lines = historyOf(file.path());
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(
      lines[1],
      json::parse(
          R"({"type":"frame","id":2,"kind":"builtin","function":"","file":"","line":null,"column":null})"));
  EXPECT_EQ(
      lines[2],
      json::parse(
          R"({"type":"frame","id":1,"kind":"js","function":"outer","file":"/app/x.js","line":3,"column":4})"));
  EXPECT_EQ(lines[3], json::parse(R"({"type":"stack","id":2,"frames":[2,1]})")) << "innermost first";
  EXPECT_EQ(lines[4]["kind"], "pool");
}

TEST(Jsonl, BeginsWithWhatIsKnownOnlyAtTheEnd) {
  const TemporaryFile file;
  {
    Maker maker(file.path());
    maker.alloc(1, 1, StoreKind::kShared);
    maker.flush();
    maker.writer().addRuntimeInfo({"node", "v24.21.0"});
    maker.writer().addRuntimeInfo({"v8", "13.6"});
    maker.writer().addRuntimeInfo({"pool_size", "65536"});
    maker.writer().addCapability({"slices", true, ""});
    maker.writer().addCapability({"stacks", false, "why"});
    maker.add(recording::Lost{.t = 5, .until = 6, .count = 7});
    maker.finish();
  }
  EXPECT_EQ(
      historyOf(file.path()).front(),
      json::parse(R"({"type":"recording","format":1,"node":"v24.21.0","v8":"13.6","pid":4711,)"
                  R"("argv":["node","app.js"],"start_unix_ns":1700000000000000000,"pool_size":65536,)"
                  R"("capabilities":["slices"],"missing":["stacks"],"complete":true,"lost_events":7})"));
}

TEST(Jsonl, IsNotCompleteAfterASignalAndWithoutAnEnd) {
  const TemporaryFile killed;
  Maker(killed.path()).finish(recording::EndKind::kSignal, 9);
  EXPECT_EQ(historyOf(killed.path()).front()["complete"], false);
  EXPECT_TRUE(historyOf(killed.path()).front()["pool_size"].is_null());

  const TemporaryFile unfinished;
  Maker maker(unfinished.path());
  maker.alloc(1, 1, StoreKind::kShared);
  maker.flush();
  const std::vector<json> lines = historyOf(unfinished.path());
  EXPECT_EQ(lines.front()["complete"], false);
  EXPECT_EQ(lines.size(), 2U) << "what was written is there";
}

TEST(Jsonl, EscapesWhatANameMayHold) {
  const TemporaryFile file;
  Maker maker(file.path());
  const std::string name = "a\"b\\c\n\t\x01 gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80";
  maker.mark(1, name);
  maker.mark(2, "bad \xff byte");
  maker.finish();
  const std::vector<json> lines = historyOf(file.path());
  EXPECT_EQ(lines.at(1)["name"], name);
  EXPECT_EQ(lines.at(2)["name"], "bad \xef\xbf\xbd byte");
}

TEST(Export, WritesAFileButNeverOverTheRecording) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, 1, 500);
  const TemporaryFile out("out.jsonl");
  const tests::Ran to_file = tests::slabscope({"export", file.path(), "--format", "jsonl", "-o", out.path()});
  EXPECT_EQ(to_file.status, 0);
  EXPECT_EQ(to_file.out, "");
  EXPECT_EQ(recording::readFile(out.path()),
            tests::slabscope({"export", file.path(), "--format", "jsonl"}).out);

  for (const std::string& bad : {file.path(), std::string("/nowhere/out.jsonl")}) {
    const tests::Ran ran = tests::slabscope({"export", file.path(), "--format", "jsonl", "-o", bad});
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(tests::isOneErrorLine(ran.err)) << ran.err;
    EXPECT_NE(ran.err.find(bad), std::string::npos);
  }
  EXPECT_TRUE(analysis::scan(file.path())->complete()) << "the recording was touched";

  const tests::Ran full = tests::slabscope({"export", file.path(), "--format", "jsonl", "-o", "/dev/full"});
  EXPECT_EQ(full.status, 2);
  EXPECT_TRUE(tests::isOneErrorLine(full.err)) << full.err;
}

TEST(Export, EndsQuietlyWhenItsReaderHasSeenEnough) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, 1, 20000);
  const tests::Ran ran = tests::slabscopeIntoClosedPipe({"export", file.path(), "--format", "jsonl"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.err, "");
}

}  // namespace
}  // namespace slabscope::cli
