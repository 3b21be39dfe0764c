// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/caller_match.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace slabscope::analysis {
namespace {

using recording::FrameKind;
using Matches = std::vector<std::optional<size_t>>;

CallerPlace at(const std::string& function, const std::string& file, uint32_t line, uint32_t column) {
  CallerPlace place;
  place.function = function;
  place.file = file;
  place.line = line;
  place.column = column;
  return place;
}

TEST(ComparableFile, LeavesOutWhereTheCheckoutLies) {
  EXPECT_EQ(comparableFile(FrameKind::kJs, "/home/a/app/src/x.js", "/home/a/app"), "src/x.js");
  EXPECT_EQ(comparableFile(FrameKind::kJs, "/home/a/application/x.js", "/home/a/app"),
            "/home/a/application/x.js");
  EXPECT_EQ(comparableFile(FrameKind::kJs, "/a/node_modules/p/node_modules/@s/q/i.js", "/a"), "@s/q/i.js");
  EXPECT_EQ(comparableFile(FrameKind::kJs, "node:buffer", "/a"), "node:buffer");
  EXPECT_EQ(comparableFile(FrameKind::kNative, "/opt/node-20/bin/node", "/a"), "node");
}

TEST(MatchCallers, FindsACallThatWasMoved) {
  const std::vector<CallerPlace> known = {at("keep", "x.js", 10, 5), at("keep", "x.js", 12, 9),
                                          at("other", "x.js", 20, 5)};
  const std::vector<CallerPlace> moved = {at("other", "x.js", 27, 5), at("keep", "x.js", 17, 5),
                                          at("keep", "x.js", 19, 9)};
  EXPECT_EQ(matchCallers(known, moved), (Matches{2, 0, 1}));
}

TEST(MatchCallers, TakesMovedCallsTogether) {
  // In order alone the new call would be taken for the first one.
  const std::vector<CallerPlace> known = {at("", "x.js", 10, 5), at("", "x.js", 14, 5),
                                          at("", "x.js", 20, 5)};
  const std::vector<CallerPlace> others = {at("", "x.js", 3, 5), at("", "x.js", 13, 5), at("", "x.js", 17, 5),
                                           at("", "x.js", 23, 5)};
  EXPECT_EQ(matchCallers(known, others), (Matches{std::nullopt, 0, 1, 2}));
}

TEST(MatchCallers, MatchesInOrderWhatIsLeftOfAFunction) {
  EXPECT_EQ(matchCallers({at("keep", "x.js", 10, 5)}, {at("keep", "x.js", 11, 8)}), (Matches{0}));
  EXPECT_EQ(matchCallers({at("keep", "x.js", 10, 5)}, {at("keep", "x.js", 11, 8), at("keep", "x.js", 12, 3)}),
            (Matches{std::nullopt, std::nullopt}));
}

TEST(MatchCallers, KeepsFunctionsAndKindsApart) {
  EXPECT_EQ(matchCallers({at("keep", "x.js", 10, 5)}, {at("drop", "x.js", 10, 5)}), (Matches{std::nullopt}));
  CallerPlace native = at("keep", "x.js", 10, 5);
  native.kind = FrameKind::kNative;
  EXPECT_EQ(matchCallers({at("keep", "x.js", 10, 5)}, {native}), (Matches{std::nullopt}));
}

TEST(MatchCallers, FindsAFileInAnotherFolder) {
  EXPECT_EQ(matchCallers({at("f", "/a/src/x.js", 1, 1)}, {at("f", "/b/src/x.js", 1, 1)}), (Matches{0}));
  // Which of two it was nobody knows.
  EXPECT_EQ(matchCallers({at("f", "/a/x.js", 1, 1), at("f", "/b/x.js", 1, 1)}, {at("f", "/c/x.js", 1, 1)}),
            (Matches{std::nullopt}));
  // More components in common tell.
  EXPECT_EQ(matchCallers({at("f", "/a/lib/x.js", 1, 1), at("f", "/a/src/x.js", 1, 1)},
                         {at("f", "/b/src/x.js", 1, 1), at("f", "/b/lib/x.js", 1, 1)}),
            (Matches{1, 0}));
}

TEST(MatchCallers, MatchesNothingTwice) {
  const std::vector<CallerPlace> known = {at("f", "x.js", 1, 1)};
  EXPECT_EQ(matchCallers(known, {at("f", "x.js", 1, 1), at("f", "x.js", 1, 1)}), (Matches{0, std::nullopt}));
  EXPECT_TRUE(matchCallers(known, {}).empty());
}

}  // namespace
}  // namespace slabscope::analysis
