// SPDX-License-Identifier: GPL-3.0-or-later
#include "slabs_view.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QTableView>
#include <QTest>
#include <algorithm>

#include "made_up.h"
#include "pictures.h"
#include "table_text.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

using tests::Sample;

TEST(SlabsTable, HasTheRowsOfTheAnalysisWorstFirst) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  slabscope::tests::makeUpRandom(maker, 5, 2000);
  const auto loaded = tests::loadedFrom(file.path());
  Selection selection;
  SlabsView view(selection);
  const QAbstractItemModelTester tester(&view.model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  view.setRecording(loaded);
  view.settle();
  auto expected = analysis::slabTable(loaded->scan, loaded->scan.end);
  ASSERT_TRUE(expected);
  ASSERT_GE(expected->size(), 3U) << "too few to tell an order";
  std::stable_sort(expected->begin(), expected->end(),
                   [](const auto& a, const auto& b) { return a.size - a.live > b.size - b.live; });
  const QAbstractItemModel& shown = *view.table().model();
  ASSERT_EQ(static_cast<size_t>(shown.rowCount()), expected->size());
  for (int i = 0; i < shown.rowCount(); ++i) {
    const analysis::SlabRow& row = (*expected)[static_cast<size_t>(i)];
    const auto figure = [&](int column) { return shown.index(i, column).data(kFigureRole); };
    EXPECT_EQ(figure(SlabsModel::kNotLive).toULongLong(), row.size - row.live);
    if (figure(SlabsModel::kSlab).toULongLong() != row.store.value) continue;  // equals may stand otherwise
    EXPECT_EQ(figure(SlabsModel::kLive).toULongLong(), row.live);
    EXPECT_EQ(figure(SlabsModel::kDead).toULongLong(), row.dead);
    EXPECT_EQ(figure(SlabsModel::kTail).toULongLong(), row.tail);
    EXPECT_EQ(figure(SlabsModel::kPadding).toULongLong(), row.padding);
    EXPECT_EQ(figure(SlabsModel::kSlices).toULongLong(), row.slices);
  }
}

TEST(SlabsTable, DoesNotKnowWhatRestsOnSlicesWhereTheseWereNotRecorded) {
  const slabscope::tests::TemporaryFile file;
  recording::Header header = slabscope::tests::Maker::defaultHeader();
  header.slices = false;
  slabscope::tests::Maker maker(file.path(), header);
  for (uint64_t t = 1; t <= 3; ++t) maker.alloc(t * 1000, 8192, recording::StoreKind::kPool);
  maker.finish();
  Selection selection;
  SlabsView view(selection);
  view.setRecording(tests::loadedFrom(file.path()));
  view.settle();
  ASSERT_EQ(view.model().rowCount(), 3);
  const auto text = [&](int column) { return view.model().index(0, column).data().toString(); };
  for (const int column : {SlabsModel::kLive, SlabsModel::kNotLive, SlabsModel::kDead, SlabsModel::kPadding,
                           SlabsModel::kTail, SlabsModel::kUsed, SlabsModel::kSlices})
    EXPECT_EQ(text(column), "?") << column;
  EXPECT_EQ(text(SlabsModel::kHeldBy), "slices not recorded");
  EXPECT_EQ(text(SlabsModel::kSize), "8.0 KiB");
  const QStringList copied = tableText(view.model(), TextFormat::kTabs).split('\n')[1].split('\t');
  EXPECT_EQ(copied[SlabsModel::kSize], "8192");
  EXPECT_EQ(copied[SlabsModel::kLive], "?");
  EXPECT_EQ(copied[SlabsModel::kUsed], "?");
  const QString words = view.model().index(0, SlabsModel::kSlab).data(Qt::ToolTipRole).toString();
  EXPECT_TRUE(words.endsWith("8.0 KiB: slices were not recorded")) << words.toStdString();
}

// Of each column the figure; of names the words, and of equal rows the order of their birth.
TEST(SlabsTable, IsSortedByEveryColumnBothWays) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  slabscope::tests::makeUpRandom(maker, 5, 2000);
  const auto loaded = tests::loadedFrom(file.path());
  auto rows = analysis::slabTable(loaded->scan, loaded->scan.end);
  ASSERT_TRUE(rows);
  ASSERT_GE(rows->size(), 3U) << "too few to tell an order";
  SlabsModel model;
  model.set(loaded, loaded->scan.end, std::make_shared<const std::vector<analysis::SlabRow>>(*rows));
  const auto placeOf = [&](int row) {
    return std::find_if(rows->begin(), rows->end(),
                        [&](const auto& one) { return one.store == model.row(row).store; });
  };
  for (int column = 0; column < SlabsModel::kColumns; ++column) {
    const bool is_name = column == SlabsModel::kKind || column == SlabsModel::kHeldBy;
    // Names without how many more there are.
    const auto name = [&](int row) {
      return model.index(row, column).data(kFigureRole).toString().section("  and ", 0, 0);
    };
    const auto figure = [&](int row) { return model.index(row, column).data(kFigureRole).toDouble(); };
    for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
      model.sort(column, order);
      ASSERT_EQ(static_cast<size_t>(model.rowCount()), rows->size());
      const int step = order == Qt::AscendingOrder ? 1 : -1;
      for (int i = 1; i < model.rowCount(); ++i) {
        const int first = step > 0 ? i - 1 : i;
        const int second = step > 0 ? i : i - 1;
        if (is_name) {
          EXPECT_LE(name(first), name(second)) << column;
        } else {
          EXPECT_LE(figure(first), figure(second)) << column;
          EXPECT_TRUE(figure(first) != figure(second) || placeOf(i - 1) < placeOf(i)) << column;
        }
      }
    }
  }
}

TEST(SlabsTable, PicksAndFollowsTheSelection) {
  const slabscope::tests::TemporaryFile file;
  const Sample sample = tests::writeSample(file.path());
  Selection selection;
  SlabsView view(selection);
  view.resize(1200, 500);
  view.show();
  view.activateWindow();
  view.setRecording(tests::loadedFrom(file.path()));
  view.settle();
  ASSERT_EQ(view.table().model()->rowCount(), 2);
  const QModelIndex second = view.table().model()->index(1, SlabsModel::kSize);
  QTest::mouseClick(view.table().viewport(), Qt::LeftButton, {}, view.table().visualRect(second).center());
  const auto picked = second.siblingAtColumn(SlabsModel::kSlab).data(kFigureRole).toULongLong();
  EXPECT_EQ(selection.picks().slab.value, picked);
  QTest::keyClick(&view.table(), Qt::Key_Up);
  EXPECT_NE(selection.picks().slab.value, picked);

  Picks next = selection.picks();
  next.instant = analysis::Instant{400'000};
  next.slab = sample.first;
  selection.set(next);
  view.settle();
  ASSERT_EQ(view.table().model()->rowCount(), 1) << "the second is not born yet";
  EXPECT_TRUE(view.table().selectionModel()->isRowSelected(0));

  QTest::keyClick(&view.table(), Qt::Key_C, Qt::ControlModifier);
  const QStringList lines = QApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
  ASSERT_EQ(lines.size(), 2);
  EXPECT_TRUE(lines[1].startsWith(QString::number(sample.first.value) + "\tpool\t100000\t8192\t5120\t"))
      << lines[1].toStdString();
}

TEST(SlabsTable, PaintsTheUseOfASlabOverTime) {
  const slabscope::tests::TemporaryFile file;
  const Sample sample = tests::writeSample(file.path());
  const auto loaded = tests::loadedFrom(file.path());
  QImage image(1000, 10, QImage::Format_RGB32);
  const Theme& theme = lightTheme();
  image.fill(theme.panel);
  QPainter painter(&image);
  paintUsage(painter, theme, QRectF(0, 0, 1000, 10),
             liveBytesOf(loaded->lives, *loaded->lives.find(sample.first)), *loaded->lives.find(sample.first),
             {0, Sample::kEnd});
  painter.end();
  EXPECT_EQ(image.pixelColor(50, 5), theme.panel) << "before its birth";
  EXPECT_EQ(image.pixelColor(150, 5), theme.density(0.25));
  EXPECT_EQ(image.pixelColor(400, 5), theme.density(0.625));
  EXPECT_EQ(image.pixelColor(800, 5), theme.density(0.375));
}

// Whether a strip has anything of a slab's use at the time that lies at `share` of the whole.
QColor stripAt(SlabsView& view, double share) {
  QTableView& table = view.table();
  const QModelIndex index = table.model()->index(0, SlabsModel::kOverTime);
  const QRect cell = table.visualRect(index).adjusted(4, 5, -4, -5);
  const QImage image = table.viewport()->grab().toImage();
  return image.pixelColor(cell.left() + static_cast<int>(share * cell.width()), cell.center().y());
}

TEST(SlabsTable, PaintsStripsWhenTheyHaveBeenFoundAside) {
  const slabscope::tests::TemporaryFile file;
  const Sample sample = tests::writeSample(file.path());
  const auto loaded = tests::loadedFrom(file.path());
  Selection selection;
  SlabsView view(selection);
  view.resize(1600, 400);
  Picks picks;
  picks.instant = analysis::Instant{400'000};
  selection.set(picks);
  view.setRecording(loaded);
  view.settle();
  ASSERT_EQ(view.table().model()->rowCount(), 1);
  EXPECT_EQ(stripAt(view, 0.4), lightTheme().density(0.625));

  auto* strips = qobject_cast<UsageStrip*>(view.table().itemDelegateForColumn(SlabsModel::kOverTime));
  ASSERT_NE(strips, nullptr);
  EXPECT_TRUE(strips->takeMissing().empty()) << "all in sight are known";
  strips->set(nullptr, lightTheme(), {});
  strips->set(loaded, lightTheme(), {0, Sample::kEnd});
  EXPECT_NE(stripAt(view, 0.4), lightTheme().density(0.625)) << "nothing is made up meanwhile";
  const std::vector<recording::StoreId> missing = strips->takeMissing();
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing.front(), sample.first);
  const Steps use = liveBytesOf(loaded->lives, *loaded->lives.find(sample.first));
  strips->keep(nullptr, sample.first, use);
  EXPECT_NE(stripAt(view, 0.4), lightTheme().density(0.625)) << "that was another recording's";
  strips->keep(loaded.get(), sample.first, use);
  EXPECT_EQ(stripAt(view, 0.4), lightTheme().density(0.625));
}

}  // namespace
}  // namespace slabscope::viewer
