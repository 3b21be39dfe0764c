// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/words.h"

#include <gtest/gtest.h>

#include "made_up.h"
#include "slabscope/analysis/scan.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

TEST(Words, TellBytesInBinaryUnits) {
  EXPECT_EQ(bytesInWords(0), "0 B");
  EXPECT_EQ(bytesInWords(1023), "1023 B");
  EXPECT_EQ(bytesInWords(1024), "1.0 KiB");
  EXPECT_EQ(bytesInWords(1536), "1.5 KiB");
  EXPECT_EQ(bytesInWords(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(bytesInWords(65'536'000), "62.5 MiB");
  EXPECT_EQ(bytesInWords(UINT64_MAX), "16384.0 PiB");
}

TEST(Words, GroupDigits) {
  EXPECT_EQ(countInWords(0), "0");
  EXPECT_EQ(countInWords(999), "999");
  EXPECT_EQ(countInWords(1000), "1,000");
  EXPECT_EQ(countInWords(1'234'567), "1,234,567");
}

TEST(Words, TellTimes) {
  EXPECT_EQ(durationInWords(12'000), "12 us");
  EXPECT_EQ(durationInWords(35'200'000), "35.2 ms");
  EXPECT_EQ(durationInWords(1'234'000'000), "1.234 s");
  EXPECT_EQ(secondsInWords(5'000'000), "0.005 s");
}

TEST(Words, TellSharesOfSomething) {
  EXPECT_EQ(shareInWords(1, 3), "33.3 %");
  EXPECT_EQ(shareInWords(0, 3), "0.0 %");
  EXPECT_EQ(shareInWords(0, 0), "-");
}

TEST(Words, ShortenPathsToTheRecordingsDirectory) {
  EXPECT_EQ(shortPath("/app/lib/x.js", "/app"), "lib/x.js");
  EXPECT_EQ(shortPath("/app/lib/x.js", "/app/"), "lib/x.js");
  EXPECT_EQ(shortPath("/apple/x.js", "/app"), "/apple/x.js");
  EXPECT_EQ(shortPath("/x.js", "/"), "/x.js");
  EXPECT_EQ(shortPath("/x.js", ""), "/x.js");
  EXPECT_EQ(shortPath("/" + std::string(100, 'a') + "/lib/x.js", "/app"), "…/lib/x.js");
  EXPECT_EQ(shortPath(std::string(100, 'a'), "/app"), std::string(100, 'a'));
}

TEST(Words, ShowNoControlCharacters) {
  EXPECT_EQ(printable("a\x1b[31m\nb\x7f"), "a?[31m?b?");
  EXPECT_EQ(printable("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
}

TEST(Words, NameCallers) {
  const tests::TemporaryFile file;
  tests::Maker maker(file.path());
  maker.stack("keep", "/app/x.js", 12, 18);
  maker.stack("", "/app/x.js", 12, 0);
  maker.stack("native", "", 0, 0);
  maker.stack("v8::Heap::Alloc(std::function<void* (unsigned long)> const&, long) const", "/usr/bin/node", 0,
              0, {}, recording::FrameKind::kNative);
  maker.stack("(anonymous namespace)::go", "/a/libx.so", 0, 0, {}, recording::FrameKind::kNative);
  maker.stack("weird\x1b(x)", "eval at f (x.js:1:2)", 3, 4);
  maker.finish();
  const auto found = scan(file.path());
  ASSERT_TRUE(found);
  const auto caller = [&](uint32_t frame) { return callerInWords(found->definitions, {frame}, "/app"); };
  EXPECT_EQ(caller(0), "(no stack)");
  EXPECT_EQ(caller(1), "keep  x.js:12:18");
  EXPECT_EQ(caller(2), "(anonymous)  x.js:12");
  EXPECT_EQ(caller(3), "native");
  EXPECT_EQ(caller(4), "v8::Heap::Alloc  node");
  EXPECT_EQ(caller(5), "(anonymous namespace)::go  libx.so");
  EXPECT_EQ(caller(6), "weird?(x)  eval at f (x.js:1:2):3:4");
}

}  // namespace
}  // namespace slabscope::analysis
