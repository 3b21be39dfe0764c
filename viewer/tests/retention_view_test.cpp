// SPDX-License-Identifier: GPL-3.0-or-later
#include "retention_view.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLabel>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <cmath>

#include "made_up.h"
#include "pictures.h"
#include "slabscope/analysis/advice_words.h"
#include "table_text.h"
#include "temporary_file.h"
#include "treemap.h"

namespace slabscope::viewer {
namespace {

using recording::StoreKind;
using Kind = RetentionRow::Kind;

// keep holds 300 slabs of 8 KiB by 10 bytes each, which a full collection has left; late one younger slab.
struct HoldersProgram {
  static constexpr uint64_t kSlabs = 300;
  static constexpr uint64_t kSize = 8192;

  explicit HoldersProgram(const std::string& path) {
    slabscope::tests::Maker maker(path);
    keep = maker.stack("keep", "/app/cache.js", 7, 3);
    late = maker.stack("late", "/app/main.js", 9, 5);
    maker.add(recording::IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
    for (uint64_t i = 0; i < kSlabs; ++i) {
      const auto slab = maker.alloc(1000 + i, kSize, StoreKind::kPool, keep);
      maker.slice(1000 + i, slab, 0, 10, keep);
    }
    maker.add(
        recording::Gc{.t = 500'000, .duration = 5000, .isolate = 0, .kind = recording::GcKind::kMarkCompact});
    young = maker.alloc(600'000, kSize, StoreKind::kPool, late);
    maker.slice(600'000, young, 0, 4096, late);
    maker.add(recording::IsolateEnd{.t = 1'000'000, .isolate = 0, .thread = 1, .allocator = 0});
    maker.finish();
  }
  recording::StackId keep;
  recording::StackId late;
  recording::StoreId young;
};

TEST(RetentionOfNoSlices, DoesNotKnowWhoHoldsTheSlabs) {
  const slabscope::tests::TemporaryFile file;
  recording::Header header = slabscope::tests::Maker::defaultHeader();
  header.slices = false;
  slabscope::tests::Maker maker(file.path(), header);
  maker.alloc(1000, 8192, StoreKind::kPool);
  maker.add(recording::Gc{.t = 2000, .duration = 5, .isolate = 0, .kind = recording::GcKind::kMarkCompact});
  maker.alloc(3000, 8192, StoreKind::kPool);
  maker.finish();
  const auto loaded = tests::loadedFrom(file.path());
  const RetentionAnswer answer = findRetention({loaded, loaded->scan.end}, {});
  ASSERT_EQ(answer.rows.size(), 2U);
  EXPECT_EQ(nameOf(*loaded, answer.rows[0]), "(slices not recorded: holder unknown)");
  EXPECT_FALSE(describe(*loaded, answer, answer.rows[1]).contains("0 B"));
  RetentionModel model;
  model.set(loaded, std::make_shared<const RetentionAnswer>(answer));
  EXPECT_EQ(model.index(1, RetentionModel::kLive).data().toString(), "?");
  EXPECT_EQ(model.index(1, RetentionModel::kFactor).data().toString(), "?");
  EXPECT_FALSE(model.index(1, RetentionModel::kLive).data(kFigureRole).isValid());
  EXPECT_EQ(model.index(1, RetentionModel::kHeld).data().toString(), "8.0 KiB");
  Selection selection;
  RetentionView view(selection);
  view.setRecording(loaded);
  view.settle();
  const QList<QLabel*> labels = view.findChildren<QLabel*>();
  const auto advice = std::find_if(labels.begin(), labels.end(),
                                   [](const QLabel* one) { return one->accessibleName() == "Advice"; });
  ASSERT_NE(advice, labels.end());
  EXPECT_EQ((*advice)->text(),
            "Advice: none, nothing here reaches a threshold; of slices too little is known.");
}

class Retention : public ::testing::Test {
 protected:
  Retention() : program_(file_.path()), loaded_(tests::loadedFrom(file_.path())), view_(selection_) {
    view_.resize(1100, 700);
    view_.setRecording(loaded_);
    view_.settle();
    tests::pictureOf(view_);  // lays out what is in it
  }
  size_t rowOf(Kind kind) const {
    const auto& rows = view_.answer()->rows;
    return static_cast<size_t>(
        std::find_if(rows.begin(), rows.end(), [&](const RetentionRow& row) { return row.kind == kind; }) -
        rows.begin());
  }

  slabscope::tests::TemporaryFile file_;
  HoldersProgram program_;
  std::shared_ptr<const Loaded> loaded_;
  Selection selection_;
  RetentionView view_;
};

TEST_F(Retention, TellsWhatSurvivedFromWhatIsYounger) {
  ASSERT_EQ(view_.answer()->rows.size(), 2U);
  const RetentionRow& keep = view_.answer()->rows[rowOf(Kind::kHolder)];
  EXPECT_EQ(keep.owner, loaded_->ownerOf(program_.keep));
  EXPECT_EQ(keep.held, HoldersProgram::kSlabs * HoldersProgram::kSize);
  EXPECT_EQ(keep.live, HoldersProgram::kSlabs * 10);
  const RetentionRow& younger = view_.answer()->rows[rowOf(Kind::kYounger)];
  EXPECT_EQ(younger.slabs, 1U);
  EXPECT_EQ(younger.held, HoldersProgram::kSize);
  Picks next;
  next.instant = analysis::Instant{400'000};
  selection_.set(next);
  view_.settle();
  EXPECT_FALSE(view_.answer()->knowsSurvivors()) << "before the first full collection";
  ASSERT_EQ(view_.answer()->rows.size(), 1U);
  EXPECT_EQ(view_.model().headerData(RetentionModel::kHeld, Qt::Horizontal).toString(), "Held");
}

TEST_F(Retention, ClickOnTheTableOrThePicturePicksTheCallerAndItsSlabs) {
  EXPECT_EQ(view_.slabs().model()->rowCount(), static_cast<int>(HoldersProgram::kSlabs) + 1);
  const QModelIndex first = view_.holders().model()->index(0, RetentionModel::kHeld);
  QTest::mouseClick(view_.holders().viewport(), Qt::LeftButton, {},
                    view_.holders().visualRect(first).center());
  ASSERT_TRUE(selection_.picks().caller);
  EXPECT_EQ(selection_.picks().caller->frame, loaded_->ownerOf(program_.keep));
  view_.settle();
  EXPECT_EQ(view_.slabs().model()->rowCount(), static_cast<int>(HoldersProgram::kSlabs));
  const QRectF younger = view_.map().placeOf(rowOf(Kind::kYounger));
  QTest::mouseClick(&view_.map(), Qt::LeftButton, {}, younger.center().toPoint());
  EXPECT_FALSE(selection_.picks().caller) << "what is younger has no holder of its own";
  const QRectF keep = view_.map().placeOf(rowOf(Kind::kHolder));
  QTest::mouseClick(&view_.map(), Qt::LeftButton, {}, keep.center().toPoint());
  EXPECT_EQ(selection_.picks().caller->frame, loaded_->ownerOf(program_.keep));
  view_.settle();
  EXPECT_TRUE(view_.holders().selectionModel()->isRowSelected(0));
}

TEST_F(Retention, TablesAreAsWideAsTheirColumnsInTheFirstPicture) {
  for (const int width : {900, 1100}) {
    Selection selection;
    RetentionView view(selection);
    view.resize(width, 640);
    view.setRecording(loaded_);
    view.settle();
    tests::pictureOf(view);
    for (QTableView* table : {&view.holders(), &view.slabs()})
      EXPECT_EQ(table->horizontalHeader()->length(), table->viewport()->width())
          << table->accessibleName().toStdString() << " at " << width;
  }
}

TEST_F(Retention, PickingASlabPicksItInAllViews) {
  Picks next;
  next.caller = loaded_->ownerOf(program_.late);
  selection_.set(next);
  view_.settle();
  ASSERT_EQ(view_.slabs().model()->rowCount(), 1);
  const QModelIndex slab = view_.slabs().model()->index(0, SlabsModel::kSize);
  QTest::mouseClick(view_.slabs().viewport(), Qt::LeftButton, {}, view_.slabs().visualRect(slab).center());
  EXPECT_EQ(selection_.picks().slab, program_.young);
  selection_.set({});
  view_.settle();
  view_.slabs().setCurrentIndex(view_.slabs().model()->index(0, 0));
  QTest::keyClick(&view_.slabs(), Qt::Key_Down);
  const QModelIndex second = view_.slabs().model()->index(1, SlabsModel::kSlab);
  EXPECT_EQ(selection_.picks().slab.value, second.data(kFigureRole).toULongLong());
}

TEST_F(Retention, ListsSlabsAnewForAnAnswerNotForEachStepOfTheInstant) {
  const QSignalSpy resets(view_.slabs().model(), &QAbstractItemModel::modelReset);
  Picks next;
  for (uint64_t t : {5U, 4U, 3U}) {
    next.instant = analysis::Instant{t};
    selection_.set(next);
  }
  EXPECT_EQ(resets.count(), 0);
  view_.settle();
  EXPECT_GE(resets.count(), 1);
  EXPECT_EQ(view_.answer()->slabs->size(), static_cast<size_t>(view_.slabs().model()->rowCount()));
}

TEST_F(Retention, PaintsSharesAsAreasAndLiveBytesFromBelow) {
  const RetentionMap& map = view_.map();
  const QRectF keep = map.placeOf(rowOf(Kind::kHolder));
  const double whole = static_cast<double>(map.width()) * map.height();
  EXPECT_NEAR(keep.width() * keep.height() / whole, 300.0 / 301, 1e-6);
  const QImage picture = tests::pictureOf(view_.map());
  const RetentionRow& row = view_.answer()->rows[rowOf(Kind::kHolder)];
  EXPECT_EQ(tests::colourAt(picture, keep.center()), map.groundOf(row));
  EXPECT_EQ(tests::colourAt(picture, {keep.center().x(), keep.bottom() - 2}), map.colourOf(row));
}

TEST_F(Retention, ShowsTheAdviceOfTheReportAndItsCallerCanBePicked) {
  const auto survey = analysis::survey(loaded_->scan, {{"end", loaded_->scan.end}});
  ASSERT_TRUE(survey);
  const auto advice = analysis::adviseOn(loaded_->scan, survey->instants.front(), survey->evidence);
  ASSERT_EQ(advice.size(), 1U);
  const QString words = QString::fromStdString(analysis::adviceInWords(loaded_->scan, advice.front()));
  QString shown = view_.advice().text();
  shown.remove(QRegularExpression("<[^>]*>"));
  EXPECT_TRUE(shown.contains(words.toHtmlEscaped())) << shown.toStdString();
  EXPECT_TRUE(shown.contains("300 slices")) << "the evidence";
  emit view_.advice().linkActivated("0");
  EXPECT_EQ(selection_.picks().caller->frame, loaded_->ownerOf(program_.keep));
}

TEST(RetentionFigures, AreThoseOfTheReport) {
  for (const uint32_t seed : {2U, 7U, 11U}) {
    const slabscope::tests::TemporaryFile file;
    slabscope::tests::Maker maker(file.path());
    slabscope::tests::makeUpRandom(maker, seed, 3000);
    const auto loaded = tests::loadedFrom(file.path());
    Selection selection;
    RetentionView view(selection);
    const QAbstractItemModelTester tester(&view.model(),
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    view.setRecording(loaded);
    view.settle();
    ASSERT_NE(view.answer(), nullptr);
    const analysis::InstantReport& report = loaded->at_end;
    const analysis::Holders& expected = report.last_full_collection ? report.survivors : report.holders;
    uint64_t sum = 0;
    for (int i = 0; i < view.model().rowCount(); ++i) {
      const auto figure = [&](int column) {
        return view.model().index(i, column).data(kFigureRole).toULongLong();
      };
      sum += figure(RetentionModel::kHeld);
      if (static_cast<size_t>(i) >= expected.holders.size()) continue;
      const analysis::Holder& holder = expected.holders[static_cast<size_t>(i)];
      EXPECT_EQ(view.model().row(i).owner, holder.owner);
      EXPECT_EQ(figure(RetentionModel::kHeld), holder.held);
      EXPECT_EQ(figure(RetentionModel::kAlone), holder.alone);
      EXPECT_EQ(figure(RetentionModel::kLive), holder.live);
      EXPECT_EQ(figure(RetentionModel::kSlices), holder.slices);
    }
    EXPECT_GE(static_cast<size_t>(view.model().rowCount()), expected.holders.size());
    EXPECT_EQ(sum, report.pool.bytes + report.native_pool.bytes) << "the rows add up to all slabs";
  }
}

TEST(RetentionOfNothing, SaysSo) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  maker.alloc(10, 100, StoreKind::kArrayBuffer, maker.stack("f", "/app/a.js", 1, 1));
  maker.finish();
  Selection selection;
  RetentionView view(selection);
  view.resize(800, 500);
  view.setRecording(tests::loadedFrom(file.path()));
  view.settle();
  EXPECT_EQ(view.model().rowCount(), 0);
  EXPECT_FALSE(view.holders().isVisibleTo(&view));
}

TEST(Treemap, FillsItsAreaInProportion) {
  const QRectF area(10, 20, 400, 300);
  const std::vector<double> sizes = {60, 30, 20, 5, 4, 1};
  const std::vector<QRectF> places = layOutTreemap(sizes, area);
  ASSERT_EQ(places.size(), sizes.size());
  for (size_t i = 0; i < sizes.size(); ++i) {
    EXPECT_NEAR(places[i].width() * places[i].height(), sizes[i] * 1000, 1e-6);
    EXPECT_TRUE(area.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(places[i]));
    EXPECT_LT(std::max(places[i].width() / places[i].height(), places[i].height() / places[i].width()), 6);
    for (size_t k = 0; k < i; ++k) {
      const QRectF both = places[i].intersected(places[k]);
      EXPECT_LT(both.width() * both.height(), 1e-6);
    }
  }
  EXPECT_TRUE(layOutTreemap({}, area).empty());
  EXPECT_TRUE(layOutTreemap({3, 1}, QRectF()).front().isEmpty());
}

}  // namespace
}  // namespace slabscope::viewer
