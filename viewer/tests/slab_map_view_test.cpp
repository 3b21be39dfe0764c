// SPDX-License-Identifier: GPL-3.0-or-later
#include "slab_map_view.h"

#include <gtest/gtest.h>

#include <QTest>

#include "made_up.h"
#include "pictures.h"
#include "slabscope/analysis/slab_table.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

using analysis::ByteState;
using tests::colourAt;
using tests::Sample;

Picks at(recording::StoreId slab, uint64_t t) {
  Picks picks;
  picks.slab = slab;
  picks.instant = analysis::Instant{t};
  return picks;
}

class SlabMapOfSample : public ::testing::Test {
 protected:
  SlabMapOfSample() {
    view_.resize(900, 700);
    view_.setRecording(loaded_);
  }

  slabscope::tests::TemporaryFile file_;
  Sample sample_ = tests::writeSample(file_.path());
  std::shared_ptr<const Loaded> loaded_ = tests::loadedFrom(file_.path());
  Selection selection_;
  SlabMapView view_{selection_};
};

TEST_F(SlabMapOfSample, PaintsEachByteInItsColour) {
  const Theme& theme = lightTheme();

  selection_.set(at(sample_.first, 400'000));

  view_.settle();
  QImage picture = tests::pictureOf(view_);
  EXPECT_EQ(colourAt(picture, view_.pointOf(1000)), theme.callers[0]);
  EXPECT_EQ(colourAt(picture, view_.pointOf(3000)), theme.callers[1]);
  EXPECT_EQ(colourAt(picture, view_.pointOf(5500)), theme.callers[0]);
  EXPECT_EQ(colourAt(picture, view_.pointOf(7000)), theme.panel) << "free";

  selection_.set(at(sample_.first, 800'000));

  view_.settle();
  picture = tests::pictureOf(view_, 2);
  EXPECT_EQ(colourAt(picture, view_.pointOf(3000)), theme.dead);
  EXPECT_EQ(view_.bytesOf(ByteState::kTail), Sample::kSize - 6144) << "the pool has gone on";

  selection_.set(at(sample_.second, 400'000));

  view_.settle();
  EXPECT_TRUE(view_.runs().empty()) << "not born yet";
  tests::pictureOf(view_);
}

TEST(SlabMap, PaintsNothingBehindTheLastByte) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  const auto keep = maker.stack("keep", "/app/cache.js", 7, 3);
  maker.add(recording::IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
  const auto slab = maker.alloc(1000, 8192 + 64, recording::StoreKind::kPool, keep);
  maker.slice(1000, slab, 0, 64, keep);
  maker.add(recording::IsolateEnd{.t = 5000, .isolate = 0, .thread = 1, .allocator = 0});
  maker.finish();
  for (const Theme* theme : {&lightTheme(), &darkTheme()}) {
    Selection selection;
    SlabMapView view(selection);
    view.resize(900, 700);
    view.setTheme(*theme);
    view.setRecording(tests::loadedFrom(file.path()));
    selection.set(at(slab, 2000));
    view.settle();
    const QImage picture = tests::pictureOf(view);
    EXPECT_EQ(colourAt(picture, view.pointOf(8192 + 32)), theme->panel) << "free";
    EXPECT_EQ(colourAt(picture, view.pointOf(8192 + 100)), theme->window) << "not of the slab";
    // From one free row down to the next but one: no seam that would tell of something else.
    const QPointF from = view.pointOf(4096 + 64);
    for (double y = from.y(); y < view.pointOf(4096 + 64 + 256).y(); ++y)
      EXPECT_EQ(colourAt(picture, {from.x(), y}), theme->panel);
  }
}

TEST_F(SlabMapOfSample, ShowsTheFiguresOfTheSlabTable) {
  for (const uint64_t t : {400'000, 700'000}) {
    const auto rows = analysis::slabTable(loaded_->scan, {t});
    ASSERT_TRUE(rows);
    selection_.set(at(sample_.first, t));
    view_.settle();
    const analysis::SlabRow& row = rows->front();
    ASSERT_EQ(row.store, sample_.first);
    EXPECT_EQ(view_.bytesOf(ByteState::kLive), row.live);
    EXPECT_EQ(view_.bytesOf(ByteState::kDead), row.dead);
    EXPECT_EQ(view_.bytesOf(ByteState::kPadding), row.padding);
    EXPECT_EQ(view_.bytesOf(ByteState::kUnseen), row.unseen);
    EXPECT_EQ(view_.bytesOf(ByteState::kTail), row.tail);
    EXPECT_EQ(view_.bytesOf(ByteState::kFree), row.free);
    ASSERT_EQ(view_.holders().size(), row.holders.size());
    for (size_t i = 0; i < row.holders.size(); ++i) {
      EXPECT_EQ(view_.holders()[i].owner, row.holders[i].owner);
      EXPECT_EQ(view_.holders()[i].live, row.holders[i].live);
      EXPECT_EQ(view_.holders()[i].slices, row.holders[i].slices);
    }
  }
}

TEST_F(SlabMapOfSample, GoesFromSlabToSlabByKeys) {
  selection_.set(at(sample_.first, 900'000));
  view_.settle();
  QTest::keyClick(&view_, Qt::Key_Down);
  EXPECT_EQ(selection_.picks().slab, sample_.second);
  QTest::keyClick(&view_, Qt::Key_Down);
  EXPECT_EQ(selection_.picks().slab, sample_.second) << "the last";
  QTest::keyClick(&view_, Qt::Key_Up);
  EXPECT_EQ(selection_.picks().slab, sample_.first);
}

}  // namespace
}  // namespace slabscope::viewer
