// SPDX-License-Identifier: GPL-3.0-or-later
// What a user expects of any window: asked of the real one, by mouse and keys.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeDatabase>
#include <QProcess>
#include <QTableView>

#include "exports.h"
#include "following.h"
#include "made_up.h"
#include "offsets_view.h"
#include "overview_view.h"
#include "slab_map_view.h"
#include "slabscope/analysis/report.h"
#include "table_dock.h"
#include "table_text.h"
#include "window_fixture.h"

namespace slabscope::viewer {
namespace {

using tests::Sample;

class Manners : public tests::Window {
 protected:
  QString copied(Qt::Key key) {
    QGuiApplication::clipboard()->clear();
    QTest::keyClick(window_.get(), key, Qt::ControlModifier | Qt::ShiftModifier);
    return QGuiApplication::clipboard()->text();
  }
  QAction* action(const QString& text) {
    for (QAction* one : window_->findChildren<QAction*>()) {
      if (one->text() == text) return one;
    }
    return nullptr;
  }
  void pickFirst() {
    Picks next;
    next.slab = sample_.first;
    window_->selection().set(next);
  }
};

TEST_F(Manners, MarksARangeThatEnterShowsAndEscapeLetsBe) {
  openSample();
  auto& overview = view<OverviewView>("overview");
  const auto drag = [&] {
    QTest::mousePress(&overview, Qt::LeftButton, {}, overview.bytesPoint(200'000, 20'000).toPoint());
    QTest::mouseRelease(&overview, Qt::LeftButton, {}, overview.bytesPoint(500'000, 20'000).toPoint());
  };
  drag();
  QTest::keyClick(&overview, Qt::Key_Escape);
  QTest::keyClick(&overview, Qt::Key_Return);
  EXPECT_FALSE(picks().range);
  drag();
  QTest::keyClick(&overview, Qt::Key_Return);
  ASSERT_TRUE(picks().range);
  EXPECT_NEAR(static_cast<double>(picks().range->from), 200'000, 2000);
  EXPECT_NEAR(static_cast<double>(picks().range->until), 500'000, 2000);
  QTest::keyClick(&overview, Qt::Key_Escape);
  EXPECT_FALSE(picks().range) << "nothing is marked any more: all of the time";
}

TEST_F(Manners, CopiesTheTableOfEveryView) {
  openSample();
  pickFirst();
  view<SlabMapView>("slab-map").settle();
  const QStringList lines = copied(Qt::Key_C).split('\n', Qt::SkipEmptyParts);
  ASSERT_GT(lines.size(), 3);
  EXPECT_EQ(lines[0], "From\tUntil\tBytes\tState\tSlice\tBorn\tCaller");
  EXPECT_TRUE(lines[1].startsWith("0\t2048\t2048\tlive\t")) << lines[1].toStdString();

  view<OffsetsView>("offsets").settle();
  const QString csv = copied(Qt::Key_V);
  EXPECT_TRUE(csv.startsWith("Slice,\"Offset, bytes\",Length,Born,Died,Kind,Caller\r\n"))
      << csv.toStdString();
  EXPECT_TRUE(csv.contains(",2048,2048,200000,500000,cut,drop  parse.js:9:5\r\n")) << csv.toStdString();

  view<OverviewView>("overview");
  EXPECT_GT(copied(Qt::Key_C).count('\n'), 50);
}

TEST_F(Manners, ShowsTheDataOfThePictureBesideIt) {
  openSample();
  pickFirst();
  auto& map = view<SlabMapView>("slab-map");
  map.settle();
  auto* dock = window_->findChild<TableDock*>();
  ASSERT_NE(dock, nullptr);
  EXPECT_FALSE(dock->isVisible());
  QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
  QApplication::processEvents();
  ASSERT_TRUE(dock->isVisible());
  EXPECT_EQ(dock->table().model()->rowCount(), static_cast<int>(map.runs().size()));
  EXPECT_EQ(dock->table().accessibleName(), "Bytes of one slab, as a table");
  Picks next = picks();
  next.slab = sample_.second;
  window_->selection().set(next);
  map.settle();
  EXPECT_EQ(dock->table().model()->index(0, 1).data(kFigureRole).toULongLong(), 4096U) << "the other slab's";
  for (const char* name : {"overview", "offsets", "slab-map"}) {
    window_->view(name)->settle();
    QAbstractItemModel* table = window_->view(name)->tableModel();
    ASSERT_NE(table, nullptr) << name;
    const QAbstractItemModelTester tester(table, QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_FALSE(window_->view(name)->accessibleName().isEmpty()) << name;
  }
}

TEST_F(Manners, HasTheReportsFiguresInTheTableOfTheOverview) {
  openSample();
  Picks next;
  next.range = TimeRange{450'010, 450'020};
  window_->selection().set(next);
  auto& overview = view<OverviewView>("overview");
  overview.settle();
  const auto reports = analysis::reportAt(window_->document().recording()->scan, {{"", {450'015}}});
  ASSERT_TRUE(reports);
  const QAbstractItemModel& table = *overview.tableModel();
  ASSERT_GT(table.rowCount(), 0);
  EXPECT_EQ(table.index(0, 2).data(kFigureRole).toULongLong(), reports->front().totals.store_bytes);
  EXPECT_EQ(table.index(0, 7).data(kFigureRole).toULongLong(), reports->front().pool.live_bytes);
}

TEST_F(Manners, ExportsPicturesAndTables) {
  openSample();
  pickFirst();
  auto& map = view<SlabMapView>("slab-map");
  map.settle();
  const QTemporaryDir folder;
  const Result<> png = exportPicture(map, folder.filePath("map.png"));
  ASSERT_TRUE(png) << png.error().message;
  const QImage picture(folder.filePath("map.png"));
  EXPECT_EQ(picture.size(), map.size() * 2);
  const QPointF place = map.pointOf(1000) * 2;
  EXPECT_EQ(picture.pixelColor(place.toPoint()), lightTheme().callers[0]);

  ASSERT_TRUE(exportPicture(map, folder.filePath("map.svg")));
  QFile svg(folder.filePath("map.svg"));
  ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
  const QByteArray text = svg.readAll();
  EXPECT_TRUE(text.contains("<svg"));
  EXPECT_TRUE(text.toLower().contains(lightTheme().callers[0].name().toLatin1())) << "the slice that lives";

  ASSERT_TRUE(exportTable(map, folder.filePath("map.csv")));
  EXPECT_GT(QFile(folder.filePath("map.csv")).size(), 60);
  EXPECT_FALSE(exportPicture(map, folder.filePath("map.gif")));
  const Result<> nowhere = exportPicture(map, "/nowhere/at/all.png");
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().message.find("/nowhere/at/all.png"), std::string::npos);
}

TEST_F(Manners, IsLightOrDarkAsTheDesktopUnlessToldOtherwise) {
  const auto isDark = [&] { return window_->palette().color(QPalette::Window) == darkTheme().window; };
  const QPalette before = QApplication::palette();
  EXPECT_FALSE(isDark());
  QApplication::setPalette(darkTheme().palette());
  QApplication::processEvents();
  EXPECT_TRUE(isDark());
  ASSERT_NE(action("&Light"), nullptr);
  action("&Light")->trigger();
  EXPECT_FALSE(isDark());
  makeWindow();
  EXPECT_FALSE(isDark()) << "kept for the next time";
  action("As the &desktop is")->trigger();
  EXPECT_TRUE(isDark());
  QApplication::setPalette(before);
  QApplication::processEvents();
  EXPECT_FALSE(isDark());
}

TEST_F(Manners, ComesBackAsItWasLeft) {
  openSample();
  window_->showView("slab-map");
  QTest::keyClick(window_.get(), Qt::Key_T, Qt::ControlModifier);
  window_->resize(640, 700);
  window_->close();
  makeWindow();
  QApplication::processEvents();
  EXPECT_EQ(window_->currentView()->objectName(), "slab-map");
  EXPECT_TRUE(window_->findChild<TableDock*>()->isVisible());

  QMenu* recent = nullptr;
  for (QMenu* menu : window_->findChildren<QMenu*>()) {
    if (menu->title() == "Open &recent") recent = menu;
  }
  ASSERT_NE(recent, nullptr);
  emit recent->aboutToShow();
  ASSERT_EQ(recent->actions().size(), 1);
  EXPECT_EQ(recent->actions().front()->text(), QString::fromStdString(file_.path()));
  QSignalSpy changed(&window_->document(), &Document::recordingChanged);
  recent->actions().front()->trigger();
  EXPECT_TRUE(changed.wait(10'000));
}

TEST_F(Manners, UndoesAndRedoesWhatWasPickedByKeys) {
  openSample();
  pickFirst();
  QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_FALSE(picks().slab);
  QTest::keyClick(window_.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_EQ(picks().slab, sample_.first);
  QTest::keyClick(window_.get(), Qt::Key_Backspace, Qt::ControlModifier);
  EXPECT_EQ(picks(), Picks{});
}

TEST_F(Manners, TellsItsKeys) {
  QTest::keyClick(window_.get(), Qt::Key_F1);
  auto* keys = window_->findChild<QMessageBox*>("keys");
  ASSERT_NE(keys, nullptr);
  EXPECT_TRUE(keys->isVisible());
  QTest::keyClick(keys, Qt::Key_Escape);
  EXPECT_FALSE(keys->isVisible());
}

TEST_F(Manners, FollowsARecordingThatGrows) {
  const slabscope::tests::TemporaryFile growing;
  slabscope::tests::Maker maker(growing.path());
  const auto stack = maker.stack("keep", "/app/cache.js", 7, 3);
  const auto slab = maker.alloc(1000, 8192, recording::StoreKind::kPool, stack);
  maker.slice(2000, slab, 0, 1024, stack);
  maker.flush();
  open(QString::fromStdString(growing.path()));
  ASSERT_EQ(window_->document().recording()->lives.slices.size(), 1U);
  Picks next;
  next.slab = slab;
  window_->selection().set(next);

  QSignalSpy changed(&window_->document(), &Document::recordingChanged);
  maker.slice(3000, slab, 1024, 1024, stack);
  maker.flush();
  ASSERT_TRUE(changed.wait(10'000)) << "what was added is shown without being asked for";
  EXPECT_EQ(window_->document().recording()->lives.slices.size(), 2U);
  EXPECT_EQ(picks().slab, slab) << "and what was picked stays";

  maker.finish();
  ASSERT_TRUE(changed.wait(10'000));
  EXPECT_FALSE(changed.wait(1500)) << "a recording that is finished is not looked at any more";
}

TEST_F(Manners, SaysSoWhereItIsToldNotToFollow) {
  const slabscope::tests::TemporaryFile growing;
  slabscope::tests::Maker maker(growing.path());
  const auto slab = maker.alloc(1000, 8192, recording::StoreKind::kPool);
  maker.flush();
  open(QString::fromStdString(growing.path()));
  action("&Follow a recording that grows")->trigger();
  QSignalSpy changed(&window_->document(), &Document::recordingChanged);
  maker.slice(3000, slab, 1024, 1024, recording::StackId{});
  maker.flush();
  EXPECT_FALSE(changed.wait(1500));
  QTest::keyClick(window_.get(), Qt::Key_F5);
  EXPECT_TRUE(changed.wait(10'000)) << "but reads it again when it is asked to";
}

TEST(TableText, IndentsWhatIsBeneathAndQuotesWhatCsvMust) {
  QStandardItemModel tree;
  tree.setHorizontalHeaderLabels({"Name", "Bytes"});
  auto* first = new QStandardItem("a \"b\", c");
  first->appendRow({new QStandardItem("child"), new QStandardItem("1")});
  auto* bytes = new QStandardItem("4.0 KiB");
  bytes->setData(4096, kFigureRole);
  tree.appendRow({first, bytes});
  EXPECT_EQ(tableText(tree, TextFormat::kTabs), "Name\tBytes\na \"b\", c\t4096\n  child\t1\n");
  EXPECT_EQ(tableText(tree, TextFormat::kCsv), "Name,Bytes\r\n\"a \"\"b\"\", c\",4096\r\n  child,1\r\n");
}

// In a process of its own: the database of types is read once.
TEST(Desktop, KnowsARecordingByItsNameAndByItsFirstBytes) {
  const QTemporaryDir data;
  ASSERT_TRUE(QDir(data.path()).mkpath("mime/packages"));
  ASSERT_TRUE(QFile::copy(DESKTOP_FOLDER "/slabscope.xml", data.filePath("mime/packages/slabscope.xml")));
  const slabscope::tests::TemporaryFile file;
  tests::writeSample(file.path());
  const QString unnamed = data.filePath("unnamed");
  ASSERT_TRUE(QFile::copy(QString::fromStdString(file.path()), unnamed));
  qputenv("XDG_DATA_HOME", data.path().toLocal8Bit());
  const QMimeDatabase database;
  EXPECT_EQ(database.mimeTypeForFile("a.slab", QMimeDatabase::MatchExtension).name(),
            "application/x-slabscope");
  EXPECT_EQ(database.mimeTypeForFile(unnamed, QMimeDatabase::MatchContent).name(), "application/x-slabscope");
  qunsetenv("XDG_DATA_HOME");
}

}  // namespace
}  // namespace slabscope::viewer
