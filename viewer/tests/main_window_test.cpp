// SPDX-License-Identifier: GPL-3.0-or-later
#include "main_window.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QSettings>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "made_up.h"
#include "offsets_view.h"
#include "overview_view.h"
#include "pictures.h"
#include "slab_map_view.h"
#include "temporary_file.h"
#include "window_fixture.h"

namespace slabscope::viewer {
namespace {

using tests::Sample;

using tests::Window;

TEST_F(Window, ShowsTheRangeThatIsBrushedInOneViewInTheOthers) {
  openSample();
  auto& overview = view<OverviewView>("overview");
  QTest::mousePress(&overview, Qt::LeftButton, {}, overview.bytesPoint(100'000, 20'000).toPoint());
  QTest::mouseRelease(&overview, Qt::LeftButton, {}, overview.bytesPoint(600'000, 20'000).toPoint());
  EXPECT_FALSE(picks().range) << "marked only";
  auto* show = overview.findChild<QToolButton*>("show-range");
  ASSERT_NE(show, nullptr);
  EXPECT_TRUE(show->isVisible());
  EXPECT_TRUE(overview.rect().contains(show->geometry()));
  QTest::mouseClick(show, Qt::LeftButton);
  EXPECT_FALSE(show->isVisible());
  ASSERT_TRUE(picks().range);
  auto& offsets = view<OffsetsView>("offsets");
  EXPECT_LT(offsets.densityPoint(picks().range->from, 0).x(), 90);
  EXPECT_GT(offsets.densityPoint(picks().range->until, 0).x(), offsets.width() - 20);

  ASSERT_NE(chip("range"), nullptr);
  QTest::mouseClick(chip("range"), Qt::LeftButton);
  EXPECT_FALSE(picks().range);
  EXPECT_EQ(chip("range"), nullptr);
  QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_TRUE(picks().range) << "undone";
  EXPECT_NE(chip("range"), nullptr);
}

TEST_F(Window, MovesTheSlabMapWithTheScrubber) {
  openSample();
  Picks next;
  next.slab = sample_.first;
  window_->selection().set(next);
  auto& map = view<SlabMapView>("slab-map");
  auto* scrubber = window_->findChild<QSlider*>("scrubber");
  ASSERT_NE(scrubber, nullptr);
  map.settle();
  EXPECT_EQ(map.bytesOf(analysis::ByteState::kDead), 2048U) << "at the end";
  scrubber->setFocus();
  QTest::keyClick(scrubber, Qt::Key_Home);
  map.settle();
  EXPECT_TRUE(map.runs().empty()) << "not born yet";
  for (int i = 0; i < 8; ++i) QTest::keyClick(scrubber, Qt::Key_PageUp);
  ASSERT_TRUE(picks().instant);
  EXPECT_EQ(picks().instant->t, 400'000U);
  map.settle();
  EXPECT_EQ(map.bytesOf(analysis::ByteState::kDead), 0U);
  EXPECT_EQ(map.bytesOf(analysis::ByteState::kLive), 2048U + 2048 + 1024);
}

TEST_F(Window, ShowsTheCallerThatIsClickedInTheSlabMapAsAChip) {
  openSample();
  Picks next;
  next.slab = sample_.first;
  next.instant = analysis::Instant{400'000};
  window_->selection().set(next);
  auto& map = view<SlabMapView>("slab-map");
  map.settle();
  QTest::mouseClick(&map, Qt::LeftButton, {}, map.pointOf(3000).toPoint());
  ASSERT_NE(chip("caller"), nullptr);
  EXPECT_TRUE(chip("caller")->text().startsWith("drop  parse.js:9:5"));
}

TEST_F(Window, OpensWhatIsDropped) {
  QMimeData mime;
  mime.setUrls({QUrl::fromLocalFile(QString::fromStdString(file_.path()))});
  QDragEnterEvent enter({50, 50}, Qt::CopyAction, &mime, Qt::LeftButton, {});
  QApplication::sendEvent(window_.get(), &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop({50, 50}, Qt::CopyAction, &mime, Qt::LeftButton, {});
  QSignalSpy changed(&window_->document(), &Document::recordingChanged);
  QApplication::sendEvent(window_.get(), &drop);
  ASSERT_TRUE(changed.wait(10'000));
  EXPECT_TRUE(window_->windowTitle().contains("pid 4711"));
}

TEST_F(Window, SaysOfARecordingWhatIsMissing) {
  const auto* banner = window_->findChild<QLabel*>("banner");
  ASSERT_NE(banner, nullptr);
  openSample();
  EXPECT_FALSE(banner->isVisible());

  const slabscope::tests::TemporaryFile broken;
  {
    slabscope::tests::Maker maker(broken.path());
    maker.alloc(10, 100, recording::StoreKind::kArrayBuffer);
    maker.add(recording::Lost{.t = 20, .until = 30, .count = 7});
    maker.flush();
  }
  open(QString::fromStdString(broken.path()));
  EXPECT_TRUE(banner->isVisible());
  EXPECT_TRUE(banner->text().contains("Incomplete end"));
  EXPECT_TRUE(banner->text().contains("7 events lost"));

  const slabscope::tests::TemporaryFile empty;
  slabscope::tests::Maker(empty.path()).finish();
  open(QString::fromStdString(empty.path()));
  EXPECT_TRUE(banner->text().contains("There is no backing store"));
  for (const char* name : {"overview", "offsets", "slab-map"}) tests::pictureOf(*window_->view(name));

  QSignalSpy failed(&window_->document(), &Document::failed);
  window_->open("/nowhere/at/all.slab");
  ASSERT_TRUE(failed.wait(10'000));
  EXPECT_TRUE(banner->text().contains("/nowhere/at/all.slab"));
}

TEST_F(Window, GoesFromViewToViewByKeys) {
  openSample();
  QTest::keyClick(window_.get(), Qt::Key_2, Qt::AltModifier);
  EXPECT_FALSE(window_->view("overview")->isVisible());
  QTest::keyClick(window_.get(), Qt::Key_1, Qt::AltModifier);
  EXPECT_TRUE(window_->view("overview")->isVisible());
}

}  // namespace
}  // namespace slabscope::viewer
