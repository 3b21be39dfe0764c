// SPDX-License-Identifier: Apache-2.0
// A recording that is read once, since its end tells beforehand what has to be known, comes to what two
// passes come to; and one whose end tells something else than its events is read twice.
#include <gtest/gtest.h>

#include <functional>

#include "diff.h"
#include "files.h"
#include "hand_made.h"
#include "made_up.h"
#include "report.h"
#include "slabscope/analysis/advice.h"
#include "slabscope/analysis/diff.h"
#include "slabscope/analysis/report.h"
#include "slabscope/analysis/run_figures.h"
#include "temporary_file.h"

namespace slabscope::cli {
namespace {

namespace proto = recording::proto;
using analysis::Scan;
using tests::Maker;
using tests::TemporaryFile;

std::string told(const Scan& scan, std::vector<analysis::InstantReport> instants,
                 const analysis::Evidence& evidence) {
  Report report{scan, std::move(instants), 1000};
  report.advice = analysis::adviseOn(scan, report.instants.front(), evidence);
  return reportJson(report).dump(1) + reportText(report);
}

std::string byTwoPasses(const std::string& path) {
  const Result<Scan> scan = analysis::scanStores(path);
  Result<analysis::Survey> survey = analysis::survey(*scan, {{"end", scan->end}, {"peak", scan->peak}});
  return told(*scan, std::move(survey->instants), survey->evidence);
}

// "" where it cannot be done.
std::string byOnePass(const std::string& path) {
  Result<std::optional<analysis::WholeSurvey>> survey = analysis::surveyWhole(path);
  if (!survey || !*survey) return {};
  return told((*survey)->scan, {(*survey)->at_end, (*survey)->at_peak}, (*survey)->evidence);
}

std::string compared(analysis::RunFigures run, analysis::RunFigures with) {
  std::vector<analysis::RunFigures> before;
  std::vector<analysis::RunFigures> after;
  before.push_back(std::move(run));
  after.push_back(std::move(with));
  return diffJson({analysis::compare(std::move(before), std::move(after), analysis::Per::kRun), {}, 1000})
      .dump(1);
}

analysis::RunFigures figuresByTwoPasses(const std::string& path) {
  const Result<Scan> scan = analysis::scanStores(path);
  return *analysis::runFigures(*scan, {"end"});
}

class OnePass : public testing::TestWithParam<uint32_t> {};

TEST_P(OnePass, TellsWhatTwoPassesTell) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, GetParam(), 4000);
  const std::string once = byOnePass(file.path());
  ASSERT_NE(once, "");
  EXPECT_EQ(once, byTwoPasses(file.path()));

  Result<std::optional<analysis::RunFigures>> run = analysis::wholeRunFigures(file.path());
  ASSERT_TRUE(run);
  ASSERT_TRUE(*run);
  const analysis::RunFigures expected = figuresByTwoPasses(file.path());
  EXPECT_EQ(compared(std::move(**run), expected), compared(expected, expected));
}

INSTANTIATE_TEST_SUITE_P(Seeds, OnePass, testing::Range(0U, 12U));

void withChangedOutline(const std::string& path, const std::string& changed,
                        const std::function<void(proto::Outline&)>& change) {
  const std::string file = recording::readFile(path);
  const std::vector<size_t> offsets = recording::frameOffsets(file);
  const size_t last = offsets[offsets.size() - 2];
  proto::Footer footer;
  ASSERT_TRUE(footer.ParseFromString(recording::payloadOf(recording::blockAt(file, last))));
  ASSERT_TRUE(footer.has_outline());
  change(*footer.mutable_outline());
  recording::writeFile(
      changed, file.substr(0, last) + recording::frameOf(recording::blockOf(proto::BLOCK_FOOTER, footer),
                                                         false, footer.index_offset()));
}

TEST(OnePass, is_given_up_where_the_end_tells_something_else_than_the_events) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, 3, 4000);
  const TemporaryFile changed;
  const auto tells = [&](const std::function<void(proto::Outline&)>& change) {
    withChangedOutline(file.path(), changed.path(), change);
    EXPECT_TRUE(analysis::scan(changed.path())->integrity.finished);
    return byOnePass(changed.path());
  };
  EXPECT_NE(tells([](proto::Outline&) {}), "");
  const std::vector<std::function<void(proto::Outline&)>> lies = {
      [](proto::Outline& o) { o.set_peak_t(o.peak_t() + 1); },
      [](proto::Outline& o) { o.set_peak_events(o.peak_events() + 1); },
      [](proto::Outline& o) { o.set_peak_events(0); },
      [](proto::Outline& o) { o.set_peak_events(UINT64_MAX); },
      [](proto::Outline& o) { o.set_full_collections(o.full_collections() + 1); },
      [](proto::Outline& o) {
        o.clear_known_stores();
        o.clear_known_kinds();
      },
      [](proto::Outline& o) { o.set_known_kinds(0, proto::STORE_WASM); },
      [](proto::Outline& o) {
        o.add_known_stores(1);
        o.add_known_kinds(proto::STORE_POOL);
      },
      [](proto::Outline& o) { o.add_known_stores(1); }};
  for (size_t i = 0; i < lies.size(); ++i) EXPECT_EQ(tells(lies[i]), "") << "lie " << i;
}

TEST(OnePass, is_not_for_a_recording_that_is_not_finished) {
  const TemporaryFile file;
  Maker maker(file.path());
  tests::makeUpRandom(maker, 3, 1000);
  const std::string whole = recording::readFile(file.path());
  recording::writeFile(file.path(), whole.substr(0, whole.size() - 3));
  EXPECT_EQ(byOnePass(file.path()), "");
  EXPECT_FALSE(*analysis::wholeRunFigures(file.path()));
}

}  // namespace
}  // namespace slabscope::cli
