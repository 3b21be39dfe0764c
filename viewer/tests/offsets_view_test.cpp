// SPDX-License-Identifier: GPL-3.0-or-later
#include "offsets_view.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QTest>
#include <QWheelEvent>

#include "pictures.h"
#include "slab_find.h"
#include "slab_picture.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

using tests::colourAt;
using tests::pictureOf;
using tests::Sample;

class Offsets : public ::testing::Test {
 protected:
  Offsets() : sample_(tests::writeSample(file_.path())), view_(selection_) {
    view_.resize(900, 700);
    view_.setRecording(tests::loadedFrom(file_.path()));
    view_.settle();
  }

  void pickFirst() {
    Picks picks;
    picks.slab = sample_.first;
    selection_.set(picks);
  }

  slabscope::tests::TemporaryFile file_;
  Sample sample_;
  Selection selection_;
  OffsetsView view_;
};

TEST_F(Offsets, PaintsASliceFromItsBirthToItsDeathAndNothingAtAGap) {
  pickFirst();
  for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
    view_.setTheme(*theme);
    for (const double scale : {1.0, 2.0}) {
      view_.settle();
      const QImage picture = pictureOf(view_, scale);
      const auto at = [&](uint64_t t, uint64_t offset) {
        return colourAt(picture, view_.slabPoint(t, offset));
      };
      // keep has held most bytes for longest: the first colour is its.
      EXPECT_EQ(at(150'000, 1000), theme->callers[0]);
      EXPECT_EQ(at(950'000, 1000), theme->callers[0]);
      EXPECT_EQ(at(300'000, 3000), theme->callers[1]) << "drop's slice while it lived";
      EXPECT_EQ(at(700'000, 3000), theme->dead) << "and after its death";
      EXPECT_EQ(at(150'000, 3000), at(150'000, 7000)) << "not cut yet";
      EXPECT_NE(at(150'000, 3000), theme->callers[1]);
      EXPECT_LT(tests::distance(at(150'000, 7000), mix(theme->panel, theme->dead, kFreeOpacity)), 6)
          << "what the legend calls free";
      EXPECT_EQ(at(50'000, 1500), theme->panel) << "before the slab's birth";
      EXPECT_EQ(at(800'000, 5500), theme->callers[0]);
    }
  }
}

TEST_F(Offsets, TellOfGapsThatNothingExplainsWhereThereAreAny) {
  const auto loaded = tests::loadedFrom(file_.path());
  EXPECT_TRUE(findSlab({loaded, sample_.first, loaded->scan.end}, {}).has_unseen);
  EXPECT_FALSE(findSlab({loaded, sample_.second, loaded->scan.end}, {}).has_unseen);
}

TEST_F(Offsets, PaintsDensityWhereSlicesLiveAndNothingWhereNoneDoes) {
  view_.settle();
  const QImage picture = pictureOf(view_);
  const auto at = [&](uint64_t t, uint64_t offset) {
    return colourAt(picture, view_.densityPoint(t, offset));
  };
  const QColor one = at(300'000, 1500);
  const QColor two = at(800'000, 1500);
  EXPECT_NE(one, lightTheme().panel);
  EXPECT_GT(tests::distance(one, two), 60) << "two slabs have a slice there";
  EXPECT_EQ(at(300'000, 7000), lightTheme().panel) << "nothing was ever cut there";
  EXPECT_EQ(at(50'000, 1500), lightTheme().panel);
  EXPECT_EQ(at(800'000, 5000), lightTheme().panel) << "the gap";
}

TEST_F(Offsets, ShowsTheRangeThatIsDragged) {
  const QPoint from = view_.densityPoint(200'000, 4000).toPoint();
  const QPoint to = view_.densityPoint(700'000, 4000).toPoint();
  QTest::mousePress(&view_, Qt::LeftButton, {}, from);
  QTest::mouseMove(&view_, (from + to) / 2);
  QTest::mouseRelease(&view_, Qt::LeftButton, {}, to);
  QTest::keyClick(&view_, Qt::Key_Return);
  ASSERT_TRUE(selection_.picks().range);
  EXPECT_NEAR(static_cast<double>(selection_.picks().range->from), 200'000, 1500);
  EXPECT_NEAR(static_cast<double>(selection_.picks().range->until), 700'000, 1500);
  EXPECT_NEAR(view_.densityPoint(selection_.picks().range->from, 0).x(), view_.densityPoint(200'000, 0).x(),
              2);

  QTest::keyClick(&view_, Qt::Key_Escape);
  EXPECT_FALSE(selection_.picks().range);
  selection_.undo();
  EXPECT_TRUE(selection_.picks().range);
}

TEST_F(Offsets, PicksTheSlabAndTheCallerThatAreClicked) {
  QTest::mouseClick(&view_, Qt::LeftButton, {}, view_.densityPoint(300'000, 3000).toPoint());
  view_.settle();
  EXPECT_EQ(selection_.picks().slab, sample_.first);
  ASSERT_TRUE(selection_.picks().instant);
  EXPECT_NEAR(static_cast<double>(selection_.picks().instant->t), 300'000, 2000);
  QTest::mouseClick(&view_, Qt::LeftButton, {}, view_.slabPoint(300'000, 3000).toPoint());
  const auto loaded = tests::loadedFrom(file_.path());
  ASSERT_TRUE(selection_.picks().caller);
  EXPECT_EQ(loaded->callerName(*selection_.picks().caller), "drop  parse.js:9:5");
}

TEST_F(Offsets, ZoomAboutThePointerInOneStep) {
  const QPointF point = view_.densityPoint(500'000, 4000);
  for (int i = 0; i < 3; ++i) {
    QWheelEvent event(point, view_.mapToGlobal(point), {}, {0, 120}, {}, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&view_, &event);
  }
  ASSERT_TRUE(selection_.picks().range);
  EXPECT_NEAR(static_cast<double>(selection_.picks().range->length()), 1e6 * 0.8 * 0.8 * 0.8, 1000);
  EXPECT_NEAR(view_.densityPoint(500'000, 4000).x(), point.x(), 1);
  selection_.undo();
  EXPECT_FALSE(selection_.picks().range);
}

}  // namespace
}  // namespace slabscope::viewer
