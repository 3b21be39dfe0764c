// SPDX-License-Identifier: Apache-2.0
#include "slabscope/analysis/choose_instant.h"

#include <gtest/gtest.h>

#include "made_up.h"
#include "temporary_file.h"

namespace slabscope::analysis {
namespace {

using recording::StoreKind;

class ChooseInstant : public testing::Test {
 protected:
  ChooseInstant() {
    tests::Maker maker(file_.path());
    maker.alloc(1'000'000'000, 100, StoreKind::kPool);
    maker.mark(1'500'000'000, "load");
    maker.alloc(1'500'000'000, 100, StoreKind::kPool);
    maker.mark(2'000'000'000, "load");
    maker.mark(2'000'000'000, "odd#2");
    maker.alloc(2'500'000'000, 1, StoreKind::kPool);
    maker.finish();
    scan_ = std::make_unique<Scan>(std::move(*scan(file_.path())));
  }
  NamedInstant chosen(const std::string& text) {
    const auto result = chooseInstant(*scan_, text);
    EXPECT_TRUE(result) << text;
    return result ? *result : NamedInstant{};
  }
  std::string error(const std::string& text) {
    const auto result = chooseInstant(*scan_, text);
    EXPECT_FALSE(result) << text;
    return result ? "" : result.error().message;
  }

  tests::TemporaryFile file_;
  std::unique_ptr<Scan> scan_;
};

TEST_F(ChooseInstant, KnowsPeakAndEnd) {
  EXPECT_EQ(chosen("peak").instant, (Instant{2'500'000'000, 6}));
  EXPECT_EQ(chosen("end").instant, (Instant{2'500'000'000, 6}));
}

TEST_F(ChooseInstant, TakesSecondsToTheNanosecond) {
  EXPECT_EQ(chosen("1.5").instant.t, 1'500'000'000U);
  EXPECT_EQ(chosen("0").instant.t, 0U);
  EXPECT_EQ(chosen("0.000000001").instant.t, 1U);
  EXPECT_EQ(chosen("2.5").instant.t, 2'500'000'000U);
}

TEST_F(ChooseInstant, FindsMarksBeforeWhatShareTheirNanosecond) {
  EXPECT_EQ(chosen("load").instant, (Instant{1'500'000'000, 2}));
  EXPECT_EQ(chosen("load#1").instant, (Instant{1'500'000'000, 2}));
  EXPECT_EQ(chosen("load#2").instant, (Instant{2'000'000'000, 4}));
  EXPECT_EQ(chosen("odd#2").instant, (Instant{2'000'000'000, 5})) << "a name that reads like a second use";
}

TEST_F(ChooseInstant, RefusesWhatIsNotInTheRecording) {
  EXPECT_EQ(error("99"), file_.path() + ": there is no instant '99': the recording ends at 2.500 s");
  EXPECT_NE(error("-1").find("0 or more"), std::string::npos);
  EXPECT_NE(error("nan").find("0 or more"), std::string::npos);
  EXPECT_NE(error("inf").find("ends at"), std::string::npos);
  EXPECT_NE(error("load#3").find("not set so often"), std::string::npos);
  EXPECT_NE(error("laod").find("the marks are load, odd#2"), std::string::npos);
  EXPECT_NE(error("load#0").find("the marks are"), std::string::npos);
  EXPECT_NE(error("").find("the marks are"), std::string::npos);
}

}  // namespace
}  // namespace slabscope::analysis
