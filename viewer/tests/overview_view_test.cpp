// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview_view.h"

#include <gtest/gtest.h>

#include <QTest>
#include <set>

#include "made_up.h"
#include "pictures.h"
#include "slabscope/analysis/words.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

class OverviewOfSample : public ::testing::Test {
 protected:
  OverviewOfSample() {
    tests::writeSample(file_.path());
    view_.resize(1000, 700);
    view_.setRecording(tests::loadedFrom(file_.path()));
  }

  slabscope::tests::TemporaryFile file_;
  Selection selection_;
  OverviewView view_{selection_};
};

TEST_F(OverviewOfSample, FillsUpToTheBytesOfTheMomentAndNotBeyond) {
  for (const double scale : {1.0, 2.0}) {
    const QImage picture = tests::pictureOf(view_, scale);
    const auto at = [&](uint64_t t, uint64_t bytes) {
      return tests::colourAt(picture, view_.bytesPoint(t, bytes));
    };
    // From 450 us on there are 108 kB, from 600 us on 116 kB; before there are the 8 kB of the first slab.
    EXPECT_NE(at(700'000, 60'000), lightTheme().panel);
    EXPECT_EQ(at(430'000, 60'000), lightTheme().panel);
    EXPECT_NE(at(430'000, 5'000), lightTheme().panel);
    EXPECT_EQ(at(50'000, 3'000), lightTheme().panel) << "nothing is there yet";
    EXPECT_NE(at(480'000, 106'000), lightTheme().panel);
    EXPECT_EQ(at(480'000, 112'500), lightTheme().panel) << "above what there was";
  }
}

TEST(Overview, ShowsTheFiguresOfTheReport) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  slabscope::tests::makeUpRandom(maker, 11, 2000);
  const auto loaded = tests::loadedFrom(file.path());
  const auto reports =
      analysis::reportAt(loaded->scan, {{"end", loaded->scan.end}, {"peak", loaded->scan.peak}});
  ASSERT_TRUE(reports);
  const analysis::InstantReport& end = reports->front();
  Selection selection;
  OverviewView view(selection);
  view.setRecording(loaded);
  const auto figures = view.figures();
  ASSERT_EQ(figures.size(), 5U);
  const auto words = [](uint64_t bytes) { return QString::fromStdString(analysis::bytesInWords(bytes)); };
  EXPECT_EQ(figures[0].value, words(reports->back().totals.store_bytes));
  EXPECT_EQ(figures[1].value, words(end.totals.store_bytes));
  EXPECT_EQ(figures[2].value, words(end.pool.bytes + end.native_pool.bytes));
  EXPECT_TRUE(figures[3].value.startsWith(words(end.pool.live_bytes + end.native_pool.live_bytes)));
  EXPECT_EQ(figures[4].value, words(loaded->scan.rss_max));
  const QFontMetricsF metrics(textFont(11));
  for (const OverviewView::Figure& one : figures)
    EXPECT_LT(metrics.horizontalAdvance(one.short_name), metrics.horizontalAdvance(one.name));
  // A card has no more of a window of 900 pixels.
  EXPECT_LT(metrics.horizontalAdvance(figures[0].short_name), 145);
}

TEST(Overview, DoesNotKnowWhatIsLiveWhereSlicesWereNotRecorded) {
  const slabscope::tests::TemporaryFile file;
  recording::Header header = slabscope::tests::Maker::defaultHeader();
  header.slices = false;
  slabscope::tests::Maker maker(file.path(), header);
  maker.alloc(1000, 8192, recording::StoreKind::kPool);
  maker.finish();
  Selection selection;
  OverviewView view(selection);
  view.setRecording(tests::loadedFrom(file.path()));
  view.settle();
  const auto figures = view.figures();
  ASSERT_GE(figures.size(), 4U);
  EXPECT_EQ(figures[2].value, "8.0 KiB");
  EXPECT_EQ(figures[3].name, "Live in them");
  EXPECT_EQ(figures[3].value, "not known");
}

TEST(Overview, HasTheValuesOfTheReportAtAnyInstant) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  slabscope::tests::makeUpRandom(maker, 4, 2000);
  const auto loaded = tests::loadedFrom(file.path());
  Selection selection;
  OverviewView view(selection);
  view.resize(1000, 700);
  view.setRecording(loaded);
  // Nanoseconds in which nothing happens: of the others the values before and after are shown.
  std::set<recording::Nanoseconds> busy;
  for (const recording::Event& event : maker.events())
    busy.insert(std::visit([](const auto& one) { return one.t; }, event));
  for (uint64_t i = 1; i <= 10; ++i) {
    recording::Nanoseconds t = loaded->scan.duration * i / 11;
    while (busy.contains(t)) ++t;
    Picks narrow;
    narrow.range = TimeRange{t - 100, t + 100};
    selection.set(narrow);
    view.settle();
    const auto reports = analysis::reportAt(loaded->scan, {{"", {t}}});
    ASSERT_TRUE(reports);
    const analysis::InstantReport& report = reports->front();
    const uint64_t live = report.pool.live_bytes + report.native_pool.live_bytes;
    EXPECT_EQ(view.valueAt(analysis::Series::kStoreBytes, t),
              (analysis::Extent{report.totals.store_bytes, report.totals.store_bytes}));
    EXPECT_EQ(view.valueAt(analysis::Series::kLiveBytes, t), (analysis::Extent{live, live}));
  }
}

TEST_F(OverviewOfSample, BrushesARangeAndPicksAnInstant) {
  QTest::mouseClick(&view_, Qt::LeftButton, {}, view_.bytesPoint(250'000, 50'000).toPoint());
  ASSERT_TRUE(selection_.picks().instant);
  EXPECT_NEAR(static_cast<double>(selection_.picks().instant->t), 250'000, 1500);
  QTest::mousePress(&view_, Qt::LeftButton, {}, view_.bytesPoint(100'000, 50'000).toPoint());
  QTest::mouseRelease(&view_, Qt::LeftButton, {}, view_.bytesPoint(400'000, 50'000).toPoint());
  QTest::keyClick(&view_, Qt::Key_Return);
  ASSERT_TRUE(selection_.picks().range);
  EXPECT_NEAR(static_cast<double>(selection_.picks().range->from), 100'000, 1500);
  EXPECT_NEAR(static_cast<double>(selection_.picks().range->until), 400'000, 1500);
  QTest::keyClick(&view_, Qt::Key_Minus);
  EXPECT_GT(selection_.picks().range->length(), 550'000U);
}

TEST(Overview, PaintsARecordingWithoutAnything) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  maker.finish();
  Selection selection;
  OverviewView view(selection);
  view.resize(1000, 700);
  view.setRecording(tests::loadedFrom(file.path()));
  const QImage picture = tests::pictureOf(view);
  EXPECT_EQ(tests::colourAt(picture, {500, 400}).rgb(), lightTheme().panel.rgb());
}

}  // namespace
}  // namespace slabscope::viewer
