// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/source_maps.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "made_up.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::FrameId;
using tests::Maker;

constexpr const char* kMap =
    R"({"version":3,"sources":["src/cache.ts"],"names":["remember"],"mappings":"AAAA,SAASA;AASL"})";

// A folder with a program, and a recording of it.
class SourceMaps : public ::testing::Test {
 protected:
  SourceMaps() : folder_(recording_.path() + ".d") { std::filesystem::create_directory(folder_); }
  ~SourceMaps() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  // The frames of the file, functions f at line 2 and g at line 9, after source maps were applied.
  Scan mapped(const std::string& file, uint64_t start_unix_ns = 0) {
    recording::Header header = Maker::defaultHeader();
    header.start_unix_ns = start_unix_ns;
    Maker maker(recording_.path(), header);
    maker.stack("f", file, 2, 7);
    maker.stack("g", file, 9, 1);
    maker.stack("native", file, 2, 7, {}, recording::FrameKind::kNative);
    maker.stack("h", file, 2, 0);
    maker.finish();
    Result<Scan> found = scan(recording_.path());
    EXPECT_TRUE(found);
    applySourceMaps(*found);
    return std::move(*found);
  }

  static std::string frame(const Scan& scan, uint32_t id) {
    const recording::Frame& frame = scan.definitions.frame(FrameId{id});
    return scan.definitions.string(frame.function) + " " + scan.definitions.string(frame.file) + ":" +
           std::to_string(frame.line) + ":" + std::to_string(frame.column);
  }

  const std::string& folder() const { return folder_; }

 private:
  tests::TemporaryFile recording_;
  std::string folder_;
};

TEST_F(SourceMaps, BesideTheProgramAreApplied) {
  const std::string file = write("a.js", "function f(){\n  return g()\n}\n//# sourceMappingURL=a.js.map\n");
  write("a.js.map", kMap);
  const Scan scan = mapped(file);
  EXPECT_EQ(frame(scan, 1), "remember " + folder() + "/src/cache.ts:10:5");
  EXPECT_EQ(frame(scan, 2), "g " + file + ":9:1") << "a line without mappings";
  EXPECT_EQ(frame(scan, 3), "native " + file + ":2:7") << "no JavaScript";
  EXPECT_EQ(frame(scan, 4), "h " + file + ":2:0") << "where in the line is not known";
  EXPECT_EQ(scan.source_maps.files, 1U);
  EXPECT_EQ(scan.source_maps.frames, 1U);
  EXPECT_TRUE(scan.source_maps.problems.empty());
}

TEST_F(SourceMaps, WithinTheProgramAreApplied) {
  std::string map = kMap;
  for (size_t at = map.find('"'); at != std::string::npos; at = map.find('"', at)) map.replace(at, 1, "%22");
  const std::string file = write("a.js", "\n\n//# sourceMappingURL=data:application/json," + map);
  EXPECT_EQ(frame(mapped(file), 1), "f " + folder() + "/src/cache.ts:10:5");
}

TEST_F(SourceMaps, ThatAreNotThereChangeNothing) {
  for (const std::string& file :
       {folder() + "/gone.js", folder(), std::string("/dev/zero"), std::string("node:buffer"),
        write("plain.js", "f()"), write("no-map.js", "\n//# sourceMappingURL=gone.map\n"),
        write("remote.js", "\n//# sourceMappingURL=https://example.org/a.map\n")}) {
    const Scan scan = mapped(file);
    EXPECT_EQ(frame(scan, 1), "f " + file + ":2:7");
    EXPECT_EQ(scan.source_maps.files, 0U);
    EXPECT_TRUE(scan.source_maps.problems.empty()) << file;
  }
}

TEST_F(SourceMaps, ThatAreBrokenChangeNothingAndAreNamed) {
  const std::string file = write("a.js", "\n\n//# sourceMappingURL=a.js.map\n");
  write("a.js.map", R"({"version":3,"sources":[],"mappings":"gggggggggggggg"})");
  const Scan scan = mapped(file);
  EXPECT_EQ(frame(scan, 1), "f " + file + ":2:7");
  ASSERT_EQ(scan.source_maps.problems.size(), 1U);
  EXPECT_EQ(scan.source_maps.problems[0].file, file);
  EXPECT_EQ(scan.source_maps.problems[0].what, "its source map has a mapping that cannot be read");
}

TEST_F(SourceMaps, OfProgramsThatWereChangedSinceAreNotBelieved) {
  const std::string file = write("a.js", "\n\n//# sourceMappingURL=a.js.map\n");
  write("a.js.map", kMap);
  const Scan old = mapped(file, 1'700'000'000'000'000'000);
  EXPECT_EQ(frame(old, 1), "f " + file + ":2:7");
  ASSERT_EQ(old.source_maps.problems.size(), 1U);
  EXPECT_EQ(old.source_maps.problems[0].what, "it or its source map was changed after the recording's end");
  EXPECT_EQ(mapped(file, 4'000'000'000'000'000'000).source_maps.frames, 1U) << "recorded later";
}

}  // namespace
}  // namespace slabscope::analysis
