// SPDX-License-Identifier: Apache-2.0
#include "../src/fail_if.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace slabscope::cli {
namespace {

using analysis::CallerFigure;

// One caller of src/cache.js that went from 1 MiB held, 1000 bytes live, to 3 MiB, 500 bytes; one of a
// package that stayed at 1 MiB.
analysis::Diff sample() {
  analysis::RunFigures before;
  analysis::RunFigures after;
  analysis::CallerSpans cache;
  cache.place.function = "get";
  cache.place.file = "src/cache.js";
  analysis::CallerSpans package = cache;
  package.place.file = "lib/index.js";
  package.place.package = "ws";
  const auto set = [](analysis::CallerSpans& caller, CallerFigure figure, double value) {
    caller[figure] = {value, value, value};
  };
  set(cache, CallerFigure::kHeldBytes, 1048576);
  set(cache, CallerFigure::kLiveBytes, 1000);
  set(package, CallerFigure::kHeldBytes, 1048576);
  before.callers = {cache, package};
  set(cache, CallerFigure::kHeldBytes, 3145728);
  set(cache, CallerFigure::kLiveBytes, 500);
  after.callers = {cache, package};
  before.metrics[analysis::metricOf("held_bytes")] = {2097152, 2097152, 2097152};
  after.metrics[analysis::metricOf("held_bytes")] = {4194304, 4194304, 4194304};
  before.metrics[analysis::metricOf("utilisation")] = {0.5, 0.5, 0.5};
  after.metrics[analysis::metricOf("utilisation")] = {0.25, 0.25, 0.25};
  after.metrics[analysis::metricOf("slabs")] = {7, 7, 7};
  after.metrics[analysis::metricOf("collection_time")] = {3e6, 3e6, 3e6};
  return analysis::compare({before}, {after}, analysis::Per::kRun);
}

bool holds(std::string_view text) {
  const Result<Condition> condition = parseCondition(text);
  if (!condition) {
    ADD_FAILURE() << text << ": " << condition.error().message;
    return false;
  }
  return check(*condition, sample()).holds;
}

TEST(FailIf, FindsTheProgramsOwnCodeByAnEmptyPackage) {
  EXPECT_TRUE(holds("held_bytes{package=} == 3MiB"));
  EXPECT_TRUE(holds("held_bytes{package=ws} == 1MiB"));
  EXPECT_TRUE(holds("held_bytes{package=,function=get} == 3MiB"));
  EXPECT_TRUE(holds("held_bytes{package=*} == 4MiB"));
}

TEST(FailIf, ComparesTheNewSideWithoutASign) {
  EXPECT_TRUE(holds("held_bytes > 3.9MiB"));
  EXPECT_FALSE(holds("held_bytes > 4MiB"));
  EXPECT_TRUE(holds("held_bytes >= 4 MiB"));
  EXPECT_TRUE(holds("held_bytes == 4194304"));
  EXPECT_TRUE(holds("held_bytes != 4MB"));
  EXPECT_TRUE(holds("utilisation < 30%"));
  EXPECT_TRUE(holds("utilisation <= 0.25"));
  EXPECT_TRUE(holds("slabs<8"));
  EXPECT_TRUE(holds("collection_time > 2.9ms"));
  EXPECT_FALSE(holds("collection_time > 1s"));
}

TEST(FailIf, ComparesTheChangeWithASign) {
  EXPECT_TRUE(holds("held_bytes > +1.9MiB"));
  EXPECT_FALSE(holds("held_bytes > +2MiB"));
  EXPECT_TRUE(holds("held_bytes > +99%"));
  EXPECT_FALSE(holds("held_bytes > +100%"));
  EXPECT_TRUE(holds("utilisation < -49%"));
  EXPECT_FALSE(holds("utilisation < -51%"));
  EXPECT_TRUE(holds("slabs > +1000000%")) << "there was none before";
  EXPECT_FALSE(holds("marks > +0%")) << "nothing is no more than nothing";
}

TEST(FailIf, AddsUpTheCallersThatAreMeant) {
  EXPECT_TRUE(holds("held_bytes{file=cache.js} == 3MiB"));
  EXPECT_TRUE(holds("held_bytes{file=src/*.js} == 3MiB"));
  EXPECT_TRUE(holds("held_bytes{function=get} == 4MiB"));
  EXPECT_TRUE(holds("held_bytes{package=ws} == 1MiB"));
  EXPECT_TRUE(holds("held_bytes{function=get,package=ws} == 1MiB"));
  EXPECT_TRUE(holds("held_bytes{kind=js} == 4MiB"));
  EXPECT_TRUE(holds("held_bytes{file=ache.js} == 0"));
  EXPECT_TRUE(holds("live_bytes{file=cache.js} < -49%"));
  EXPECT_TRUE(holds("amplification{file=cache.js} > 6000"));
}

TEST(FailIf, KnowsAndOrAndParentheses) {
  EXPECT_TRUE(holds("slabs > 100 or held_bytes > 1 and utilisation < 50%"));
  EXPECT_FALSE(holds("(slabs > 100 or held_bytes > 1) and utilisation > 50%"));
  EXPECT_TRUE(holds("((slabs > 1))"));
  EXPECT_FALSE(holds("slabs > 1 and slabs > 100"));
}

TEST(FailIf, SaysWhatItCompared) {
  const Result<Condition> condition = parseCondition("held_bytes > +10%");
  ASSERT_TRUE(condition);
  EXPECT_EQ(check(*condition, sample()).figures, "held_bytes 2.0 MiB -> 4.0 MiB (+100.0 %)");
}

TEST(FailIf, SaysEachFigureOnce) {
  const Result<Condition> condition =
      parseCondition("(held_bytes > +10% and held_bytes > +1MiB) or slabs > 1 or held_bytes > 1");
  ASSERT_TRUE(condition);
  const std::string figures = check(*condition, sample()).figures;
  EXPECT_EQ(figures.find("held_bytes"), 0U);
  EXPECT_EQ(figures.find("held_bytes", 1), std::string::npos) << figures;
  EXPECT_NE(figures.find(", slabs "), std::string::npos) << figures;
}

struct Bad {
  const char* text;
  const char* error;
};
void PrintTo(const Bad& bad, std::ostream* out) {
  *out << "'" << bad.text << "'";
}
class FailIfErrors : public testing::TestWithParam<Bad> {};

TEST_P(FailIfErrors, TellThePlace) {
  const Result<Condition> condition = parseCondition(GetParam().text);
  ASSERT_FALSE(condition);
  EXPECT_NE(condition.error().message.find(GetParam().error), std::string::npos) << condition.error().message;
}

INSTANTIATE_TEST_SUITE_P(Each, FailIfErrors,
                         testing::Values(Bad{"", "column 1: expected a figure"},
                                         Bad{"held", "column 1: expected a figure, not 'held'"},
                                         Bad{"held_bytes", "column 11: expected one of"},
                                         Bad{"held_bytes >", "column 13: expected a number"},
                                         Bad{"held_bytes > 3x", "column 15: expected a unit"},
                                         Bad{"held_bytes > 3%", "column 15: expected a sign"},
                                         Bad{"held_bytes > --3", "expected a number"},
                                         Bad{"held_bytes > nan", "expected a number"},
                                         Bad{"held_bytes > inf", "expected a number"},
                                         Bad{"held_bytes > 1e999", "expected a number"},
                                         Bad{"held_bytes > 1 slabs > 2", "column 16: expected an operator"},
                                         Bad{"held_bytes{name=x} > 1", "column 12: expected function="},
                                         Bad{"held_bytes{file=} > 1", "column 17: expected a name"},
                                         Bad{"held_bytes{file=x > 1", "expected ',' or '}'"},
                                         Bad{"slabs{file=x} > 1", "column 1: expected alloc"},
                                         Bad{"(slabs > 1", "column 11: expected ')'"},
                                         Bad{"slabs > 1 and", "column 14: expected a figure"}));

TEST(FailIf, SurvivesAnyText) {
  constexpr std::string_view kPieces[] = {
      "held_bytes", "{",    "}",     "file=",         "*",   ">",  "<=", "+",
      "-",          "10",   "%",     "MiB",           "and", "or", "(",  ")",
      " ",          "\xff", "1e308", "amplification", ","};
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (size_t piece = random() % 12; piece > 0; --piece) text += kPieces[random() % std::size(kPieces)];
    const Result<Condition> condition = parseCondition(text);
    if (condition) check(*condition, sample());
  }
  EXPECT_FALSE(parseCondition(std::string(100'000, '(')));
}

std::string placesOf(std::string_view text) {
  const analysis::Diff diff = sample();
  std::string places;
  for (const analysis::CallerChange* caller : callersOf(*parseCondition(text), diff))
    places += caller->place().file + " ";
  return places;
}

TEST(FailIf, NamesTheCallersThatItIsAbout) {
  EXPECT_EQ(placesOf("held_bytes > +1MiB"), "src/cache.js ") << "the other did not change";
  EXPECT_EQ(placesOf("held_bytes{package=ws} > 1"), "lib/index.js ") << "though it did not change";
  EXPECT_EQ(placesOf("held_bytes{package=ws} > 1 or live_bytes{file=cache.js} > 1"), "src/cache.js ");
  EXPECT_EQ(placesOf("held_bytes{file=other.js} > 1"), "");
}

}  // namespace
}  // namespace slabscope::cli
