// SPDX-License-Identifier: Apache-2.0
#include "source_map.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "function_names.h"
#include "source_map_text.h"
#include "source_paths.h"
#include "vlq.h"

namespace slabscope::analysis {
namespace {

std::string vlq(int64_t value) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint64_t bits = value < 0 ? static_cast<uint64_t>(-value) << 1 | 1 : static_cast<uint64_t>(value) << 1;
  std::string text;
  do {
    const uint64_t digit = bits & 31;
    bits >>= 5;
    text += kDigits[digit | (bits != 0 ? 32 : 0)];
  } while (bits != 0);
  return text;
}

std::string mapWith(const std::string& mappings) {
  return R"({"version":3,"sources":["a.ts","b.ts"],"names":["first","second"],"mappings":")" + mappings +
         "\"}";
}

std::optional<Origin> originOf(const std::string& json, Position at) {
  const auto origins = originsOf(json, {at});
  return origins ? (*origins)[0] : std::nullopt;
}

std::string errorOf(const std::string& json) {
  const auto origins = originsOf(json, {{0, 0}});
  return origins ? "" : origins.error().message;
}

TEST(Vlq, IsReadBackForAllSizesOfNumbers) {
  for (const int64_t value : {0L, 1L, -1L, 15L, 16L, -16L, 1000L, -123456789L, 2147483647L, -2147483647L}) {
    const std::string text = vlq(value);
    size_t at = 0;
    EXPECT_EQ(nextVlq(text, at), value);
    EXPECT_EQ(at, text.size());
  }
}

TEST(Vlq, IsNothingWhereItIsCutOrTooLarge) {
  for (const char* text : {"", "g", "gggggggggggggggggggg", "///////////////B", "!", "\xff"}) {
    size_t at = 0;
    EXPECT_FALSE(nextVlq(text, at)) << text;
    EXPECT_LE(at, std::string_view(text).size());
  }
}

TEST(SourceMap, TellsTheNearestMappingBeforeAPositionOnItsLine) {
  // Line 0: columns 2 and 10; line 1 nothing; line 2: column 4, with a name, then code from nowhere.
  const std::string json = mapWith(vlq(2) + vlq(0) + vlq(5) + vlq(1) + "," + vlq(8) + vlq(1) + vlq(2) +
                                   vlq(3) + ";;" + vlq(4) + vlq(0) + vlq(1) + vlq(0) + vlq(1) + "," + vlq(6));
  EXPECT_FALSE(originOf(json, {0, 1})) << "before the line's first";
  EXPECT_EQ(originOf(json, {0, 2})->at, (Position{5, 1}));
  EXPECT_EQ(originOf(json, {0, 9})->source, "a.ts");
  EXPECT_EQ(originOf(json, {0, 10})->source, "b.ts");
  EXPECT_EQ(originOf(json, {0, 4000})->at, (Position{7, 4}));
  EXPECT_FALSE(originOf(json, {1, 4})) << "a line without mappings";
  EXPECT_EQ(originOf(json, {2, 9})->at, (Position{8, 4}));
  EXPECT_EQ(originOf(json, {2, 9})->name, "second");
  EXPECT_EQ(originOf(json, {2, 9})->generated, (Position{2, 4}));
  EXPECT_FALSE(originOf(json, {2, 10})) << "code from nowhere";
  EXPECT_FALSE(originOf(json, {3, 0})) << "behind the map";
}

TEST(SourceMap, AgreesWithASearchThroughAllMappingsInAnyOrder) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::map<std::pair<uint32_t, uint32_t>, uint32_t>
        lines;  // generated place → source line, the last one wins
    std::string mappings;
    int64_t source_line = 0;
    for (uint32_t line = 0; line < 4; ++line) {
      int64_t column = 0;
      for (int i = 0; i < 6; ++i) {
        const int64_t next = static_cast<int64_t>(random() % 40);
        const int64_t next_line = static_cast<int64_t>(random() % 1000);
        mappings += (i == 0 ? "" : ",") + vlq(next - column) + vlq(0) + vlq(next_line - source_line) + vlq(0);
        column = next;
        source_line = next_line;
        lines[{line, static_cast<uint32_t>(next)}] = static_cast<uint32_t>(next_line);
      }
      mappings += ";";
    }
    std::vector<Position> positions;
    for (uint32_t line = 0; line < 4; ++line) {
      for (uint32_t column = static_cast<uint32_t>(random() % 3); column < 45;
           column += 1 + static_cast<uint32_t>(random() % 4))
        positions.push_back({line, column});
    }
    const auto origins = originsOf(mapWith(mappings), positions);
    ASSERT_TRUE(origins);
    for (size_t i = 0; i < positions.size(); ++i) {
      auto nearest = lines.upper_bound({positions[i].line, positions[i].column});
      const bool any = nearest != lines.begin() && (--nearest)->first.first == positions[i].line;
      ASSERT_EQ((*origins)[i].has_value(), any) << round;
      if (!any) continue;
      ASSERT_EQ((*origins)[i]->at.line, nearest->second) << round;
    }
  }
}

TEST(SourceMap, OfSectionsIsThatOfTheSectionAPositionLiesIn) {
  const std::string one = vlq(0) + vlq(0) + vlq(0) + vlq(0);
  const std::string json =
      R"({"version":3,"sections":[)"
      R"({"offset":{"line":0,"column":0},"map":)" +
      mapWith(one) + R"(},{"offset":{"line":0,"column":10},"map":)" +
      mapWith(vlq(5) + vlq(1) + vlq(7) + vlq(0) + ";" + vlq(1) + vlq(0) + vlq(1) + vlq(0)) + "}]}";
  EXPECT_EQ(originOf(json, {0, 9})->source, "a.ts");
  EXPECT_FALSE(originOf(json, {0, 12})) << "a section's own gap is not filled by the one before";
  EXPECT_EQ(originOf(json, {0, 15})->at, (Position{7, 0}));
  EXPECT_EQ(originOf(json, {1, 1})->at, (Position{8, 0})) << "only its first line is shifted";
}

TEST(SourceMap, ThatIsWrongSaysSo) {
  EXPECT_EQ(errorOf("what?"), "is not JSON");
  EXPECT_EQ(errorOf("[]"), "is not JSON");
  EXPECT_EQ(errorOf("{}"), "is not of version 3");
  EXPECT_EQ(errorOf(R"({"version":3})"), "has no mappings");
  EXPECT_EQ(errorOf(R"({"version":3,"mappings":7})"), "has no mappings");
  EXPECT_EQ(errorOf(mapWith("AA")), "has a mapping that cannot be read");
  EXPECT_EQ(errorOf(mapWith("AAAAAA")), "has a mapping that cannot be read");
  EXPECT_EQ(errorOf(mapWith("A?")), "has a mapping that cannot be read");
  EXPECT_EQ(errorOf(mapWith("AADA")), "has a mapping out of bounds") << "a line before the first";
  EXPECT_EQ(errorOf(R"({"version":3,"sections":7})"), "has too many sections");
  EXPECT_EQ(errorOf(R"({"version":3,"sections":[{}]})"), "has a section without a place");
  EXPECT_EQ(errorOf(R"({"version":3,"sections":[{"offset":{"line":-1,"column":0}}]})"),
            "has a section without a place");
  EXPECT_EQ(errorOf(R"({"version":3,"sections":[{"offset":{"line":0,"column":0}}]})"),
            "has a section without a map");
  std::string far;
  for (int i = 0; i < 5; ++i) far += vlq(2147483647) + "AAA,";
  EXPECT_EQ(errorOf(mapWith(far)), "has a mapping out of bounds") << "sums beyond 32 bits";
}

TEST(SourceMap, ThatNamesWhatItDoesNotHaveTellsNothing) {
  EXPECT_FALSE(originOf(mapWith(vlq(0) + vlq(9) + vlq(0) + vlq(0)), {0, 0}));
  EXPECT_FALSE(originOf(R"({"version":3,"sources":[null,{}],"mappings":"AAAA"})", {0, 0}));
  EXPECT_FALSE(originOf(R"({"version":3,"sources":"a.ts","mappings":"AAAA"})", {0, 0}));
  EXPECT_EQ(originOf(mapWith("AAAA" + vlq(9)), {0, 0})->name, "");
}

TEST(SourceMap, OfAnyBytesIsHarmless) {
  const std::string sound = R"({"version":3,"sections":[{"offset":{"line":0,"column":0},"map":)" +
                            mapWith("AAAA;" + vlq(5) + vlq(1) + vlq(7) + vlq(0) + vlq(1)) + "}]}";
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string broken = sound;
    for (int i = 0; i < 3; ++i) broken[random() % broken.size()] = static_cast<char>(random());
    if (round % 3 == 0) broken.resize(random() % broken.size());
    const auto origins = originsOf(broken, {{0, 0}, {0, 7}, {1, 5}, {4'000'000'000, 4'294'967'295}});
    if (origins) {
      EXPECT_EQ(origins->size(), 4U);
    } else {
      EXPECT_FALSE(origins.error().message.empty());
    }
  }
}

TEST(MappingUrl, IsThatOfTheLastCommentOnALineOfItsOwn) {
  EXPECT_EQ(mappingUrl("a();\n//# sourceMappingURL=a.js.map\n"), "a.js.map");
  EXPECT_EQ(mappingUrl("//# sourceMappingURL=a.map\n//# sourceMappingURL=b.map"), "b.map");
  EXPECT_EQ(mappingUrl("a()\r\n  /*# sourceMappingURL=a.map */\r\n"), "a.map");
  EXPECT_EQ(mappingUrl("const a = '//# sourceMappingURL=no.map';\n"), "");
  EXPECT_EQ(mappingUrl("//# sourceMappingURL=a.map\nconst a = '//# sourceMappingURL=no.map';\n"), "a.map");
  EXPECT_EQ(mappingUrl("# sourceMappingURL=a.map"), "");
  EXPECT_EQ(mappingUrl(""), "");
}

TEST(SourcePath, IsAbsoluteWhereItCanBe) {
  const std::string folder = "/no/such/project/dist";
  EXPECT_EQ(sourcePath("../src/a.ts", "", folder), "/no/such/project/src/a.ts");
  EXPECT_EQ(sourcePath("a.ts", "../src", folder), "/no/such/project/src/a.ts");
  EXPECT_EQ(sourcePath("a.ts", "/src/", folder), "/src/a.ts");
  EXPECT_EQ(sourcePath("/src/a.ts", "/other", folder), "/src/a.ts");
  EXPECT_EQ(sourcePath("file:///src/a%20b.ts", "", folder), "/src/a b.ts");
  EXPECT_EQ(sourcePath("webpack://app/./src/a.ts?1f2e", "", folder), "./src/a.ts");
  EXPECT_EQ(sourcePath("webpack:///./node_modules/ws/index.js", "", folder), "./node_modules/ws/index.js");
  EXPECT_EQ(sourcePath("https://example.org/a.ts", "", folder), "https://example.org/a.ts");
}

TEST(Base64, IsDecodedOrRefused) {
  EXPECT_EQ(base64Decoded("aGVsbG8="), "hello");
  EXPECT_EQ(base64Decoded(""), "");
  EXPECT_FALSE(base64Decoded("a b"));
}

TEST(FunctionNames, AreThoseOfTheDeclarationAround) {
  const std::string text =
      "function a(b){return '}'+b}\n"
      "function a(c = {}){/* } */ function d(){return 1}\n  return d()}\n"
      "function e(){x()}y();\n"
      "const f=function(){return 1};function g(){return /}/.test(h())}\n";
  const FunctionNames names(text);
  EXPECT_EQ(names.declarationOf("a", {0, 25}), (Position{0, 9}));
  EXPECT_EQ(names.declarationOf("a", {2, 9}), (Position{1, 9})) << "the nearer one";
  EXPECT_EQ(names.declarationOf("d", {1, 47}), (Position{1, 36}));
  EXPECT_FALSE(names.declarationOf("d", {2, 9})) << "beside its body";
  EXPECT_FALSE(names.declarationOf("e", {3, 18})) << "behind its body";
  EXPECT_FALSE(names.declarationOf("f", {4, 20})) << "no declaration";
  EXPECT_FALSE(names.declarationOf("g", {4, 60})) << "a slash that may begin a regular expression";
  EXPECT_FALSE(names.declarationOf("a", {99, 0}));
  EXPECT_FALSE(names.declarationOf("a", {0, 9999}));
}

}  // namespace
}  // namespace slabscope::analysis
