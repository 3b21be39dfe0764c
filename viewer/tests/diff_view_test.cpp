// SPDX-License-Identifier: GPL-3.0-or-later
#include "diff_view.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QTableView>
#include <QTest>

#include "diff_rows.h"
#include "made_up.h"
#include "main_window.h"
#include "pictures.h"
#include "slabscope/analysis/diff_words.h"
#include "table_text.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

using analysis::CallerFigure;
using recording::StoreKind;

constexpr uint64_t kOldKept = 1'000'000;
constexpr uint64_t kNewKept = 4'000'000;
constexpr uint64_t kBorn = 250'000'000;
constexpr uint64_t kEnd = 1'000'000'000;

// keep holds more in the new run, where it stands three lines lower; gone is in the old one alone.
void writeRun(const std::string& path, bool is_new) {
  slabscope::tests::Maker maker(path);
  const auto keep = maker.stack("keep", "/app/cache.js", is_new ? 10 : 7, 3);
  const auto same = maker.stack("same", "/app/parse.js", 9, 5);
  const auto gone = maker.stack("gone", "/app/parse.js", 30, 5);
  maker.add(recording::IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
  maker.mark(is_new ? 200'000'000 : 100'000'000, "loaded");
  maker.alloc(kBorn, is_new ? kNewKept : kOldKept, StoreKind::kArrayBuffer, keep);
  maker.alloc(kBorn + 1, 500'000, StoreKind::kArrayBuffer, same);
  if (!is_new) maker.alloc(kBorn + 2, 300'000, StoreKind::kArrayBuffer, gone);
  maker.add(recording::Gc{
      .t = 900'000'000, .duration = 5000, .isolate = 0, .kind = recording::GcKind::kMarkCompact});
  maker.add(recording::IsolateEnd{.t = kEnd, .isolate = 0, .thread = 1, .allocator = 0});
  maker.finish();
}

class DiffOfTwo : public ::testing::Test {
 protected:
  DiffOfTwo() {
    writeRun(old_.path(), false);
    writeRun(new_.path(), true);
    loaded_ = tests::loadedFrom(new_.path());
    view_.resize(1200, 760);
    view_.setRecording(loaded_);
    view_.setBaseline(old_.path());
    view_.settle();
    tests::pictureOf(view_);  // lays out what is in it
  }
  int rowOf(const QString& name) {
    for (int row = 0; row < view_.callers().rowCount(); ++row) {
      if (view_.callers().index(row, kDiffCaller).data().toString().startsWith(name)) return row;
    }
    return -1;
  }
  QString text(int row, int column) { return view_.callers().index(row, column).data().toString(); }

  slabscope::tests::TemporaryFile old_;
  slabscope::tests::TemporaryFile new_;
  std::shared_ptr<const Loaded> loaded_;
  Selection selection_;
  DiffView view_{selection_};
};

TEST_F(DiffOfTwo, TellsWhoHasGrownAndWhoIsGone) {
  ASSERT_NE(view_.comparison(), nullptr) << view_.trouble().toStdString();
  const int keep = rowOf("keep");
  EXPECT_EQ(keep, 0) << "what changed most comes first";
  EXPECT_EQ(text(keep, kDiffStatus), "grown");
  EXPECT_TRUE(text(keep, kDiffCaller).endsWith("(was 7:3)")) << text(keep, kDiffCaller).toStdString();
  EXPECT_EQ(view_.callers().index(keep, kDiffLive).data(kFigureRole).toDouble(),
            static_cast<double>(kNewKept - kOldKept));
  EXPECT_EQ(text(rowOf("gone"), kDiffStatus), "gone");
  EXPECT_EQ(text(rowOf("same"), kDiffStatus), "");
}

TEST_F(DiffOfTwo, NamesChangesAsChangesAndLeavesOutWhatTellsLeast) {
  for (const int column : {kDiffHeld, kDiffLive, kDiffBytes, kDiffAllocations}) {
    EXPECT_TRUE(view_.callers().headerData(column, Qt::Horizontal).toString().startsWith("Δ ")) << column;
    EXPECT_TRUE(view_.callers()
                    .headerData(column, Qt::Horizontal, Qt::ToolTipRole)
                    .toString()
                    .startsWith("Change of "))
        << column;
  }
  for (const int width : {900, 1000}) {
    view_.resize(width, 760);
    view_.settle();
    tests::pictureOf(view_);
    for (const int column : {kDiffCaller, kDiffHeldOld, kDiffHeldNew, kDiffHeld})
      EXPECT_FALSE(view_.callerTable().isColumnHidden(column)) << column << " at " << width;
  }
}

TEST_F(DiffOfTwo, HeadingsAreReadWhereColumnsComeBack) {
  view_.resize(1800, 760);
  view_.settle();
  tests::pictureOf(view_);
  const QTableView& table = view_.callerTable();
  for (int column = 0; column <= kDiffAllocations; ++column) {
    const QString heading = table.model()->headerData(column, Qt::Horizontal).toString();
    EXPECT_FALSE(table.isColumnHidden(column)) << column;
    EXPECT_GE(table.columnWidth(column), QFontMetrics(textFont(11)).horizontalAdvance(heading) + 16)
        << heading.toStdString();
  }
}

TEST_F(DiffOfTwo, HasTheFiguresOfTheAnalysis) {
  const auto run = [](const std::string& path) {
    const Result<analysis::Scan> scan = analysis::scan(path);
    return *analysis::runFigures(*scan, {"end"});
  };
  const analysis::Diff diff = analysis::compare({run(old_.path())}, {run(new_.path())}, analysis::Per::kRun);
  ASSERT_EQ(static_cast<size_t>(view_.callers().rowCount()), diff.callers.size());
  for (size_t i = 0; i < diff.callers.size(); ++i) {
    const int row = static_cast<int>(i);
    const auto figure = [&](int column) {
      return view_.callers().index(row, column).data(kFigureRole).toDouble();
    };
    EXPECT_EQ(text(row, kDiffCaller).toStdString(), analysis::placeInWords(diff.callers[i]));
    EXPECT_EQ(figure(kDiffHeldOld), diff.callers[i][CallerFigure::kHeldBytes].before.told);
    EXPECT_EQ(figure(kDiffHeldNew), diff.callers[i][CallerFigure::kHeldBytes].after.told);
    EXPECT_EQ(figure(kDiffBytes), diff.callers[i][CallerFigure::kBytes].delta());
    EXPECT_EQ(figure(kDiffAllocations), diff.callers[i][CallerFigure::kAllocations].delta());
  }
  int shown = 0;
  for (size_t i = 0; i < analysis::kMetrics.size(); ++i) {
    const analysis::Change& change = diff.metrics.at(i);
    if (change.before.told == 0 && change.after.told == 0) continue;
    EXPECT_EQ(view_.metrics().index(shown, kMetricOld).data(kFigureRole).toDouble(), change.before.told);
    EXPECT_EQ(view_.metrics().index(shown, kMetricNew).data(kFigureRole).toDouble(), change.after.told);
    ++shown;
  }
  EXPECT_EQ(view_.metrics().rowCount(), shown);
}

TEST_F(DiffOfTwo, ModelsKeepTheirPromises) {
  const QAbstractItemModelTester callers(&view_.callers(),
                                         QAbstractItemModelTester::FailureReportingMode::Fatal);
  const QAbstractItemModelTester metrics(&view_.metrics(),
                                         QAbstractItemModelTester::FailureReportingMode::Fatal);
  view_.findChild<QCheckBox*>()->click();
  EXPECT_EQ(view_.callers().rowCount(), 2) << "keep and gone";
  view_.callerTable().sortByColumn(kDiffHeld, Qt::AscendingOrder);
}

TEST_F(DiffOfTwo, SharesThePickedCaller) {
  QTableView& table = view_.callerTable();
  const auto clickOn = [&](const QString& name) {
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {},
                      table.visualRect(table.model()->index(rowOf(name), kDiffCaller)).center());
  };
  clickOn("keep");
  ASSERT_TRUE(selection_.picks().caller);
  EXPECT_EQ(loaded_->callerName(*selection_.picks().caller).left(4), "keep");
  Picks next;
  for (uint32_t id = 1; id <= loaded_->scan.definitions.frameCount(); ++id) {
    if (analysis::placeOf(loaded_->scan, {id}).function == "same") next.caller = recording::FrameId{id};
  }
  selection_.set(next);
  EXPECT_EQ(table.currentIndex().row(), rowOf("same"));
  clickOn("gone");
  EXPECT_EQ(selection_.picks(), next) << "it is in no other view";
}

TEST_F(DiffOfTwo, PaintsBothRunsWhereTheyAre) {
  DiffChart& chart = view_.chart();
  const QImage picture = tests::pictureOf(chart);
  const auto at = [&](double t, double bytes) {
    return tests::colourAt(picture, {chart.timeAxis().toPixel(t), chart.valueAxis().toPixel(bytes)});
  };
  const double middle = 600'000'000;
  const Theme& theme = lightTheme();
  EXPECT_LT(tests::distance(at(middle, kNewKept + 500'000), DiffChart::newColour(theme)), 30);
  EXPECT_LT(tests::distance(at(middle, kOldKept + 800'000), DiffChart::oldColour(theme)), 90)
      << "under the new one";
  EXPECT_LT(tests::distance(at(137'000'000, 2'300'000), theme.panel), 30) << "nothing lives yet";
}

class FlamesOfTwo : public DiffOfTwo {
 protected:
  FlamesOfTwo() {
    view_.bar().showFlames(true);
    tests::pictureOf(view_);  // lays them out
    picture_ = tests::pictureOf(view_.flames());
  }
  uint32_t nodeOf(const QString& name) {
    const std::vector<QString>& names = view_.comparison()->flames->callers.names;
    for (uint32_t i = 0; i < names.size(); ++i) {
      if (names[i].startsWith(name)) return i;
    }
    return analysis::CallerNode::kNone;
  }
  // In the lower right corner, where no words are.
  QColor colourOf(const QString& name) {
    const QRectF place = view_.flames().placeOf(nodeOf(name));
    return tests::colourAt(picture_, place.bottomRight() - QPointF(5, 4));
  }

  QImage picture_;
};

TEST_F(FlamesOfTwo, AreAsWideAsBothAndColouredByTheChange) {
  const DiffFlames& flames = *view_.comparison()->flames;
  const analysis::Diff& diff = view_.comparison()->diff;
  EXPECT_EQ(static_cast<double>(flames.before_total.held_bytes), diff.metric("held_bytes").before.told);
  EXPECT_EQ(static_cast<double>(flames.after_total.held_bytes), diff.metric("held_bytes").after.told);
  EXPECT_EQ(flames.before[nodeOf("keep")].held_bytes, kOldKept);
  EXPECT_EQ(flames.after[nodeOf("keep")].held_bytes, kNewKept);
  EXPECT_DOUBLE_EQ(view_.flames().changeOf(nodeOf("keep")), 0.6);
  EXPECT_DOUBLE_EQ(view_.flames().changeOf(nodeOf("gone")), -1);
  const double all = view_.flames().width();
  EXPECT_NEAR(view_.flames().placeOf(nodeOf("keep")).width() / all, 5'000'000.0 / 6'300'000, 0.01);
  EXPECT_NEAR(view_.flames().placeOf(nodeOf("gone")).width() / all, 300'000.0 / 6'300'000, 0.01);
  const Theme& theme = lightTheme();
  EXPECT_LT(tests::distance(colourOf("gone"), DiffFlameGraph::shrunkColour(theme)), 12);
  EXPECT_LT(tests::distance(colourOf("same"), DiffFlameGraph::sameColour(theme)), 12);
  EXPECT_LT(tests::distance(colourOf("keep"), DiffFlameGraph::grownColour(theme)), 90);
}

TEST_F(FlamesOfTwo, SayWhatHasChangedAndPickTheCaller) {
  DiffFlameGraph& graph = view_.flames();
  const auto wordsOf = [&](const QString& name) {
    return graph.wordsOf(*graph.boxAt(graph.placeOf(nodeOf(name)).center()));
  };
  EXPECT_TRUE(wordsOf("keep").contains("2.9 MiB more (+300.0 %)")) << wordsOf("keep").toStdString();
  EXPECT_TRUE(wordsOf("gone").contains("gone")) << wordsOf("gone").toStdString();
  EXPECT_TRUE(wordsOf("same").contains("the same")) << wordsOf("same").toStdString();
  QTest::mouseClick(&graph, Qt::LeftButton, {}, graph.placeOf(nodeOf("keep")).center().toPoint());
  ASSERT_TRUE(selection_.picks().caller);
  EXPECT_EQ(selection_.picks().caller->grouping, analysis::Grouping::kFunction);
  const Picks picked = selection_.picks();
  QTest::mouseClick(&graph, Qt::LeftButton, {}, graph.placeOf(nodeOf("gone")).center().toPoint());
  EXPECT_EQ(selection_.picks(), picked) << "it is in no other view";
}

TEST_F(DiffOfTwo, CountsAllocationsOfTheRangesOnly) {
  const int allocations = rowOf("gone");
  EXPECT_EQ(view_.callers().index(allocations, kDiffAllocations).data(kFigureRole).toDouble(), -1);
  // Just behind the birth of what `gone` allocates, in the old run alone.
  for (QComboBox* choice : view_.bar().findChildren<QComboBox*>()) {
    if (choice->accessibleName().startsWith("From when allocations of the old run count")) {
      choice->setCurrentText("0.250000003");
      emit choice->activated(choice->currentIndex());
    }
  }
  view_.settle();
  ASSERT_NE(view_.comparison(), nullptr) << view_.trouble().toStdString();
  EXPECT_EQ(view_.comparison()->diff.metric("allocations").before.told, 0);
  EXPECT_EQ(view_.comparison()->diff.metric("allocations").after.told, 2);
  EXPECT_EQ(view_.comparison()->diff.metric("held_bytes").before.told, kOldKept + 800'000);
  EXPECT_EQ(view_.comparison()->flames->before_total.allocations, 0U);
  EXPECT_EQ(view_.comparison()->flames->after_total.allocations, 2U);
}

// Its older part is dropped where the file has a limit.
void writeChurn(const std::string& path, uint64_t limit) {
  recording::Header header = slabscope::tests::Maker::defaultHeader();
  header.max_size = limit;
  slabscope::tests::Maker maker(path, header);
  const auto stack = maker.stack("churn", "/app/churn.js", 3, 4);
  for (uint64_t t = 1; t < 100'000; ++t) {
    const auto store = maker.alloc(t * 1'000'000, 1000 + t * 7919 % 1000, StoreKind::kArrayBuffer, stack);
    maker.add(recording::StoreFree{t * 1'000'000 + t * 104'729 % 900'000, store, false});
  }
  maker.finish();
}

TEST(DiffOfARunWithoutSlices, DoesNotTellHowCallersChanged) {
  const slabscope::tests::TemporaryFile with;
  const slabscope::tests::TemporaryFile without;
  for (const auto* file : {&with, &without}) {
    recording::Header header = slabscope::tests::Maker::defaultHeader();
    header.slices = file == &with;
    slabscope::tests::Maker maker(file->path(), header);
    const auto stack = maker.stack("keep", "/app/keep.js", 3, 4);
    for (uint64_t i = 1; i <= 200; ++i) {
      const auto slab = maker.alloc(i, 8192, StoreKind::kPool, stack);
      if (header.slices) maker.slice(i, slab, 0, 10, stack);
    }
    maker.alloc(300, 100'000, StoreKind::kArrayBuffer, stack);
    maker.add(recording::Gc{1000, 5, 0, recording::GcKind::kMarkCompact});
    maker.finish();
  }
  Selection selection;
  DiffView view(selection);
  view.setRecording(tests::loadedFrom(without.path()));
  view.setBaseline(with.path());
  view.settle();
  ASSERT_NE(view.comparison(), nullptr) << view.trouble().toStdString();
  ASSERT_EQ(view.callers().rowCount(), 1);
  const auto text = [&](int column) { return view.callers().index(0, column).data().toString(); };
  EXPECT_EQ(text(kDiffStatus), "");
  EXPECT_EQ(text(kDiffHeldOld), "1.7 MiB");
  for (const int column : {kDiffHeldNew, kDiffHeld, kDiffLive, kDiffBytes, kDiffAllocations})
    EXPECT_EQ(text(column), "?") << column;
  for (int row = 0; row < view.metrics().rowCount(); ++row) {
    const QString name = view.metrics().index(row, kMetricName).data().toString();
    const QString change = view.metrics().index(row, kMetricChange).data().toString();
    const bool is_known = name == "store bytes" || name == "slabs" || name == "stores";
    if (is_known || name == "utilisation" || name == "slices" || name == "held bytes") {
      EXPECT_EQ(change != "?", is_known) << name.toStdString();
    }
  }
  EXPECT_FALSE(view.flames().knowsChanges());
  EXPECT_TRUE(tableText(view.callers(), TextFormat::kTabs).endsWith("\t?\t?\t?\t?\t?\n"));
  EXPECT_TRUE(view.spread().caption().startsWith("median 0.1 %, then not known"))
      << view.spread().caption().toStdString();
}

TEST(DiffOfALimitedRun, DoesNotTellHowAllocationsChanged) {
  const slabscope::tests::TemporaryFile whole;
  const slabscope::tests::TemporaryFile limited;
  writeChurn(whole.path(), 0);
  writeChurn(limited.path(), recording::Writer::kMinMaxSize);
  Selection selection;
  DiffView view(selection);
  view.resize(1200, 760);
  view.setRecording(tests::loadedFrom(limited.path()));
  view.setBaseline(whole.path());
  view.settle();
  ASSERT_NE(view.comparison(), nullptr) << view.trouble().toStdString();
  ASSERT_EQ(view.callers().rowCount(), 1);
  const auto text = [](const FigureTable& table, int row, int column) {
    return table.index(row, column).data().toString();
  };
  EXPECT_EQ(text(view.callers(), 0, kDiffStatus), "");
  EXPECT_EQ(text(view.callers(), 0, kDiffHeld), "0 B");
  EXPECT_EQ(text(view.callers(), 0, kDiffBytes), "?");
  EXPECT_EQ(text(view.callers(), 0, kDiffAllocations), "?");
  for (int row = 0; row < view.metrics().rowCount(); ++row) {
    if (text(view.metrics(), row, kMetricName) != "allocations") continue;
    EXPECT_EQ(text(view.metrics(), row, kMetricOld), "99,999");
    EXPECT_EQ(text(view.metrics(), row, kMetricChange), "?");
    EXPECT_EQ(text(view.metrics(), row, kMetricRelative), "?");
    EXPECT_FALSE(view.metrics().row(row).bold);
  }
  DiffFlameGraph& flames = view.flames();
  EXPECT_TRUE(flames.knowsChanges()) << "of what is held";
  for (const CostMetric& metric : kCostMetrics) {
    flames.setMetric(metric);
    const bool is_alive = QString(metric.name) == "bytes held" || QString(metric.name) == "bytes live";
    EXPECT_EQ(flames.knowsChanges(), is_alive) << metric.name;
    for (uint32_t node = 0; node < view.comparison()->flames->before.size(); ++node)
      EXPECT_EQ(flames.changeOf(node), 0) << metric.name;
  }
}

TEST_F(DiffOfTwo, IsMovedByHandAndAlignedByAMark) {
  DiffChart& chart = view_.chart();
  double told = 0;
  QObject::connect(&chart, &DiffChart::shifted, [&](double shift) { told = shift; });
  QTest::keyClick(&chart, Qt::Key_Right);
  EXPECT_GT(chart.shift(), 0);
  EXPECT_EQ(told, chart.shift());
  QTest::keyClick(&chart, Qt::Key_Home);
  EXPECT_EQ(chart.shift(), 0);
  const QPoint from = chart.plot().center().toPoint();
  QTest::mousePress(&chart, Qt::LeftButton, {}, from);
  QTest::mouseMove(&chart, from + QPoint(40, 0));
  QTest::mouseRelease(&chart, Qt::LeftButton, {}, from + QPoint(40, 0));
  EXPECT_GT(chart.shift(), 0);
  chart.setShift(0);
  EXPECT_EQ(chart.shownTime(false, 100'000'000), 100'000'000);
  for (QComboBox* choice : view_.findChildren<QComboBox*>()) {
    if (const int index = choice->findText("aligned at loaded"); index >= 0) choice->setCurrentIndex(index);
  }
  EXPECT_EQ(chart.shownTime(false, 100'000'000), 0);
  EXPECT_EQ(chart.shownTime(true, 200'000'000), 0);
}

TEST_F(DiffOfTwo, ComparesAtAnyInstantAndSaysWhatIsWrong) {
  view_.setInstant("0.1");
  view_.settle();
  ASSERT_NE(view_.comparison(), nullptr);
  EXPECT_EQ(view_.comparison()->diff.metric("store_bytes").after.told, 0);
  view_.setInstant("nowhere");
  view_.settle();
  EXPECT_EQ(view_.comparison(), nullptr);
  EXPECT_TRUE(view_.trouble().contains("nowhere")) << view_.trouble().toStdString();
  EXPECT_TRUE(view_.bar().isVisibleTo(&view_)) << "there it is put right";
  tests::pictureOf(view_);
  EXPECT_LT(view_.bar().height(), 80);
  view_.setInstant("end");
  view_.settle();
  EXPECT_NE(view_.comparison(), nullptr);
  view_.setBaseline("/nowhere/at/all.slab");
  view_.settle();
  EXPECT_TRUE(view_.trouble().contains("/nowhere/at/all.slab"));
  EXPECT_EQ(view_.callers().rowCount(), 0);
}

// Ink is what is not the ground.
bool hasInk(const QImage& picture, const QRectF& place) {
  for (double y = place.top() + 1; y < place.bottom() - 1; ++y) {
    for (double x = place.left() + 1; x < place.right() - 1; ++x) {
      if (tests::distance(tests::colourAt(picture, {x, y}), lightTheme().window) > 60) return true;
    }
  }
  return false;
}

TEST(SpreadOfTwo, TellsAllOfTheMediansHoweverNarrowItIs) {
  const slabscope::tests::TemporaryFile old;
  const slabscope::tests::TemporaryFile now;
  tests::writeSample(old.path());
  tests::writeSample(now.path());
  Selection selection;
  DiffView view(selection);
  view.setRecording(tests::loadedFrom(now.path()));
  view.setBaseline(old.path());
  view.setInstant("0.0007");
  view.settle();
  ASSERT_NE(view.comparison(), nullptr) << view.trouble().toStdString();
  SpreadChart& spread = view.spread();
  EXPECT_TRUE(spread.caption().startsWith("median ")) << spread.caption().toStdString();
  double lines = 0;
  for (const int width : {600, 380, 300, 240}) {
    spread.resize(width, 220);
    const QRectF place = spread.captionPlace();
    const QRectF words =
        QFontMetricsF(textFont(11)).boundingRect(place, Qt::TextWordWrap | Qt::AlignLeft, spread.caption());
    EXPECT_TRUE(place.adjusted(-1, -1, 1, 1).contains(words)) << width;
    EXPECT_GE(place.top(), spread.choice().geometry().bottom());
    EXPECT_LE(place.bottom(), spread.plot().top());
    EXPECT_GE(place.height(), lines) << "less room is more lines";
    lines = place.height();
    EXPECT_GT(spread.plot().height(), 100);
  }
  EXPECT_GT(lines, 20) << "it has been broken";
  spread.resize(240, 220);
  const QRectF place = spread.captionPlace();
  EXPECT_TRUE(hasInk(tests::pictureOf(spread), place.adjusted(0, place.height() / 2, 0, 0)));
}

TEST_F(DiffOfTwo, IsOpenedByTheWindow) {
  MainWindow window;
  window.show();
  window.open(QString::fromStdString(new_.path()));
  window.compareWith(QString::fromStdString(old_.path()));
  auto* view = qobject_cast<DiffView*>(window.view("diff"));
  ASSERT_NE(view, nullptr);
  ASSERT_TRUE(QTest::qWaitFor([&] { return view->comparison() != nullptr; }, 30'000));
  EXPECT_EQ(view->callers().rowCount(), 3);
}

}  // namespace
}  // namespace slabscope::viewer
