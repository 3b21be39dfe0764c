// SPDX-License-Identifier: GPL-3.0-or-later
#include "callers_view.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPainter>
#include <QTest>
#include <QTreeView>

#include "made_up.h"
#include "painting.h"
#include "pictures.h"
#include "table_text.h"
#include "temporary_file.h"
#include "words.h"

namespace slabscope::viewer {
namespace {

using analysis::CallerNode;
using recording::StoreKind;

// main calls keep, which holds a store of 300,000 bytes, and drop, which holds one of 100,000.
struct CallersProgram {
  explicit CallersProgram(const std::string& path) {
    slabscope::tests::Maker maker(path);
    const auto main = maker.stack("main", "/app/main.js", 1, 1);
    keep = maker.stack("keep", "/app/cache.js", 7, 3, main);
    drop = maker.stack("drop", "/app/node_modules/parser/parse.js", 9, 5, main);
    maker.add(recording::IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
    maker.alloc(100'000, 100'000, StoreKind::kArrayBuffer, drop);
    const auto gone = maker.alloc(200'000, 5000, StoreKind::kArrayBuffer, drop);
    maker.alloc(600'000, 300'000, StoreKind::kArrayBuffer, keep);
    maker.add(recording::StoreFree{.t = 700'000, .store = gone, .teardown = false});
    maker.add(recording::IsolateEnd{.t = 1'000'000, .isolate = 0, .thread = 1, .allocator = 0});
    maker.finish();
  }
  recording::StackId keep;
  recording::StackId drop;
};

class Callers : public ::testing::Test {
 protected:
  Callers() : program_(file_.path()), loaded_(tests::loadedFrom(file_.path())), view_(selection_) {
    view_.resize(1000, 700);
    view_.setRecording(loaded_);
    view_.settle();
    tests::pictureOf(view_);  // lays out what is in it
  }
  uint32_t nodeCalled(const QString& name) const {
    for (uint32_t i = 0; i < view_.answer()->names.size(); ++i) {
      if (view_.answer()->names[i].startsWith(name)) return i;
    }
    return CallerNode::kNone;
  }
  template <class Widget>
  Widget* named(const QString& accessible) {
    for (Widget* one : view_.findChildren<Widget*>()) {
      if (one->accessibleName() == accessible) return one;
    }
    return nullptr;
  }
  QPoint middleOf(uint32_t node) const { return view_.flames().placeOf(node).center().toPoint(); }

  slabscope::tests::TemporaryFile file_;
  CallersProgram program_;
  std::shared_ptr<const Loaded> loaded_;
  Selection selection_;
  mutable CallersView view_;
};

TEST_F(Callers, PaintsAFrameAtItsPlaceAndAsWideAsItsShare) {
  FlameGraph& flames = view_.flames();
  const QImage picture = tests::pictureOf(flames, 2);
  const QRectF keep = flames.placeOf(nodeCalled("keep"));
  const QRectF drop = flames.placeOf(nodeCalled("drop"));
  EXPECT_NEAR(keep.width(), flames.width() * 0.75, 0.01);
  EXPECT_NEAR(drop.left(), keep.right(), 0.01);
  EXPECT_EQ(keep.top(), 2.0 * FlameGraph::kRow) << "below all, and main";
  const QColor of_keep = flames.colourOf(*flames.boxAt(keep.center()));
  EXPECT_EQ(tests::colourAt(picture, {keep.right() - 8, keep.center().y()}), of_keep);
  EXPECT_EQ(tests::colourAt(picture, {keep.right() - 0.25, keep.center().y()}), lightTheme().panel)
      << "the seam";
  EXPECT_TRUE(flames.wordsOf(*flames.boxAt(keep.center())).contains("75.0 % of all bytes held"));
}

TEST_F(Callers, ClickPicksDoubleClickZoomsEscapeGoesBack) {
  FlameGraph& flames = view_.flames();
  const uint32_t drop = nodeCalled("drop");
  QTest::mouseClick(&flames, Qt::LeftButton, {}, middleOf(drop));
  ASSERT_TRUE(selection_.picks().caller);
  EXPECT_EQ(loaded_->callerName(*selection_.picks().caller), "drop  node_modules/parser/parse.js:9:5");
  EXPECT_EQ(view_.model().nodeOf(view_.tree().currentIndex()), drop) << "the tree follows";
  QTest::mouseDClick(&flames, Qt::LeftButton, {}, middleOf(drop));
  EXPECT_EQ(flames.zoomed(), drop);
  EXPECT_NEAR(flames.placeOf(drop).width(), flames.width(), 0.01);
  EXPECT_TRUE(flames.placeOf(nodeCalled("keep")).isNull());
  QTest::keyClick(&flames, Qt::Key_Escape);
  EXPECT_EQ(flames.zoomed(), nodeCalled("main"));
  QTest::keyClick(&flames, Qt::Key_Escape);
  EXPECT_EQ(flames.zoomed(), CallerNode::kNone);
}

TEST_F(Callers, KeysGoThroughThePictureAndPick) {
  FlameGraph& flames = view_.flames();
  QTest::mouseClick(&flames, Qt::LeftButton, {}, middleOf(nodeCalled("main")));
  QTest::keyClick(&flames, Qt::Key_Down);
  QTest::keyClick(&flames, Qt::Key_Right);
  QTest::keyClick(&flames, Qt::Key_Return);
  EXPECT_EQ(loaded_->callerName(*selection_.picks().caller), "drop  node_modules/parser/parse.js:9:5");
  QTest::keyClick(&flames, Qt::Key_Left);
  QTest::keyClick(&flames, Qt::Key_Space);
  EXPECT_EQ(flames.zoomed(), nodeCalled("keep"));
}

TEST_F(Callers, TreePicksByKeysAndShowsWhatWasPickedElsewhere) {
  QTreeView& tree = view_.tree();
  tree.setCurrentIndex(view_.model().indexOf(nodeCalled("main")));
  QTest::keyClick(&tree, Qt::Key_Down);
  ASSERT_TRUE(selection_.picks().caller);
  EXPECT_EQ(loaded_->callerName(*selection_.picks().caller), "keep  cache.js:7:3")
      << "sorted by what is held";
  Picks next;
  next.caller = loaded_->ownerOf(program_.drop);
  selection_.set(next);
  EXPECT_EQ(view_.model().nodeOf(tree.currentIndex()), nodeCalled("drop"));
  selection_.set({});
  EXPECT_FALSE(tree.selectionModel()->hasSelection());
}

TEST_F(Callers, AnInnerCallerIsPickedWithAllThatItCalled) {
  const auto stacks = [&] {
    return analysis::stacksThrough(loaded_->scan, selection_.picks().caller->frame,
                                   selection_.picks().caller->grouping, selection_.picks().caller->frames);
  };
  QTest::mouseClick(&view_.flames(), Qt::LeftButton, {}, middleOf(nodeCalled("main")));
  EXPECT_TRUE(stacks()[program_.keep.value]);
  EXPECT_TRUE(stacks()[program_.drop.value]);
  named<QComboBox>("What makes two places one caller")->setCurrentIndex(3);
  view_.settle();
  QTest::mouseClick(&view_.flames(), Qt::LeftButton, {}, middleOf(nodeCalled("parser")));
  EXPECT_EQ(loaded_->callerName(*selection_.picks().caller), "parser");
  EXPECT_FALSE(stacks()[program_.keep.value]);
  EXPECT_TRUE(stacks()[program_.drop.value]);
}

TEST_F(Callers, FromTheBottomTheInnermostAreRoots) {
  named<QComboBox>("Direction of the tree")->setCurrentIndex(1);
  view_.settle();
  EXPECT_EQ(view_.model().rowCount(), 2);
  EXPECT_EQ(view_.model().index(0, 0).data().toString(), "keep  cache.js:7:3");
  EXPECT_EQ(view_.model().index(0, 0, view_.model().index(0, 0)).data().toString(), "main  main.js:1:1");
}

TEST_F(Callers, RespectsTheRangeForWhatHappenedAndTheInstantForWhatIsHeld) {
  Picks next;
  next.range = TimeRange{0, 500'000};
  next.instant = analysis::Instant{300'000};
  selection_.set(next);
  view_.settle();
  const analysis::Costs& total = view_.answer()->table->total;
  EXPECT_EQ(total.bytes, 105'000U) << "keep's store is made later";
  EXPECT_EQ(total.held_bytes, 105'000U);
  next.range = TimeRange{500'000, 1'000'000};
  selection_.set(next);
  view_.settle();
  EXPECT_EQ(view_.answer()->table->total.bytes, 300'000U);
  EXPECT_EQ(view_.answer()->table->total.held_bytes, 105'000U) << "of the same instant";
}

TEST_F(Callers, SearchTellsItsShareAndGoesFromOneToTheNext) {
  QLineEdit& field = view_.bar().searchField();
  QTest::keyClicks(&field, "CACHE");
  EXPECT_NE(view_.flames().colourOf(*view_.flames().boxAt(middleOf(nodeCalled("drop")))),
            lightTheme().callers[0]);
  QTest::keyClick(&field, Qt::Key_Return);
  EXPECT_EQ(loaded_->callerName(*selection_.picks().caller), "keep  cache.js:7:3");
  QTest::keyClicks(&field, " nowhere");
  QTest::keyClick(&field, Qt::Key_Return);
  EXPECT_EQ(loaded_->callerName(*selection_.picks().caller), "keep  cache.js:7:3") << "nothing is found";
}

// The model against the trees that `slabscope report --tree` prints.
class CallersFigures : public ::testing::TestWithParam<int> {};

TEST_P(CallersFigures, AreThoseOfTheAnalysis) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  slabscope::tests::makeUpRandom(maker, static_cast<uint32_t>(GetParam()), 3000);
  const auto loaded = tests::loadedFrom(file.path());
  Selection selection;
  CallersView view(selection);
  const QAbstractItemModelTester tester(&view.model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
  view.setRecording(loaded);
  view.settle();
  const auto table = analysis::stackCosts(loaded->scan, loaded->scan.end);
  ASSERT_TRUE(table);
  const analysis::CallerTree tree =
      analysis::callerTree(loaded->scan, *table, analysis::Direction::kTopDown, analysis::Grouping::kLine,
                           analysis::Frames::kOwners);
  ASSERT_EQ(view.answer()->tree.nodes.size(), tree.nodes.size());
  for (const int column : {CallersModel::kBytes, CallersModel::kCaller, CallersModel::kHeld})
    view.tree().sortByColumn(column, Qt::DescendingOrder);
  for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
    const analysis::CallerCosts& total = tree.nodes[i].total;
    const auto figure = [&](int column) {
      return view.model().indexOf(i, column).data(kFigureRole).toULongLong();
    };
    EXPECT_EQ(figure(CallersModel::kHeld), total.costs.held_bytes);
    EXPECT_EQ(figure(CallersModel::kSelf), tree.nodes[i].self.costs.held_bytes);
    EXPECT_EQ(figure(CallersModel::kAlone), total.alone_bytes);
    EXPECT_EQ(figure(CallersModel::kLive), total.costs.live_bytes);
    EXPECT_EQ(figure(CallersModel::kBytes), total.costs.bytes);
    EXPECT_EQ(figure(CallersModel::kAllocations), total.costs.allocations);
  }
  for (int row = 1; row < view.model().rowCount(); ++row) {
    const auto held = [&](int at) {
      return view.model().index(at, CallersModel::kHeld).data(kFigureRole).toULongLong();
    };
    EXPECT_GE(held(row - 1), held(row));
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, CallersFigures, ::testing::Values(3, 5));

TEST(Legend, ShortensCallersAndNothingThatIsToldInFull) {
  const QString meaning = "the program and its packages, and all that they need to run";
  const QString caller = "handleMessage  /srv/application/with/a/long/path/src/messages.js:27:39";
  const QFontMetricsF metrics(textFont(11));
  const double needed = metrics.horizontalAdvance(meaning);
  const QRectF area(0, 0, needed + 260, 20);
  ASSERT_GT(metrics.horizontalAdvance(caller), 260) << "one of them must be shortened";
  QImage image(area.size().toSize(), QImage::Format_RGB32);
  QPainter painter(&image);
  const Theme& theme = lightTheme();
  const std::vector<LegendItem> items{{.colour = theme.live, .text = meaning, .in_full = true},
                                      {.colour = theme.dead, .text = caller}};
  const double end = paintLegend(painter, theme, area, items);
  EXPECT_GT(end, needed + metrics.horizontalAdvance("messages.js:27:39"));
  EXPECT_LT(end, area.right() + 30) << "with the space behind the last one";
}

TEST(CallersOfALimitedRun, SayFromWhenTheyAreCounted) {
  const slabscope::tests::TemporaryFile file;
  recording::Header header = slabscope::tests::Maker::defaultHeader();
  header.max_size = recording::Writer::kMinMaxSize;
  slabscope::tests::Maker maker(file.path(), header);
  for (uint64_t t = 1; t < 100'000; ++t) {
    const auto store = maker.alloc(t * 1'000'000, 1000 + t * 7919 % 1000, StoreKind::kArrayBuffer);
    maker.add(recording::StoreFree{t * 1'000'000 + t * 104'729 % 900'000, store, false});
  }
  maker.finish();
  Selection selection;
  CallersView view(selection);
  const auto loaded = tests::loadedFrom(file.path());
  view.setRecording(loaded);
  view.settle();
  const QString from = timeText(loaded->scan.header.dropped.until);
  EXPECT_TRUE(view.line().startsWith(QString("allocated from %1 to ").arg(from)))
      << view.line().toStdString();
  EXPECT_TRUE(view.line().contains(", and what was alive before, held at ")) << view.line().toStdString();
}

TEST_F(Callers, SayUpToWhenTheyAreCounted) {
  EXPECT_TRUE(view_.line().startsWith("allocated up to ")) << view_.line().toStdString();
}

TEST(CallersOfNothing, SaysSo) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  maker.add(recording::IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
  maker.finish();
  Selection selection;
  CallersView view(selection);
  view.resize(800, 500);
  view.setRecording(tests::loadedFrom(file.path()));
  view.settle();
  EXPECT_TRUE(view.tree().isHidden() || !view.tree().parentWidget()->isVisibleTo(&view));
  EXPECT_EQ(view.model().rowCount(), 0);
}

}  // namespace
}  // namespace slabscope::viewer
