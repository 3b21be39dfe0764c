// SPDX-License-Identifier: GPL-3.0-or-later
#include "pool_facts_view.h"

#include <gtest/gtest.h>

#include <QLabel>
#include <QTest>

#include "made_up.h"
#include "pictures.h"
#include "slab_map_view.h"
#include "temporary_file.h"

namespace slabscope::viewer {
namespace {

using recording::StoreKind;

// Two slices cut from one slab by Buffer.allocUnsafe, which is freed in the end.
struct PoolProgram {
  explicit PoolProgram(const std::string& path) {
    slabscope::tests::Maker maker(path);
    const auto main = maker.stack("main", "/app/main.js", 1, 1);
    const auto unsafe = maker.stack("allocUnsafe", "node:buffer", 400, 3, main);
    const auto cut = maker.stack("allocate", "node:buffer", 460, 5, unsafe);
    const auto pool = maker.stack("createPool", "node:buffer", 170, 5, cut);
    maker.add(recording::IsolateStart{.t = 0, .isolate = 0, .thread = 1, .allocator = 0});
    slab = maker.alloc(1000, 8192, StoreKind::kPool, pool);
    const auto first = maker.slice(1000, slab, 0, 40, cut);
    const auto second = maker.slice(2000, slab, 40, 40, cut);
    maker.add(recording::SliceFree{.t = 5000, .slice = first, .teardown = false});
    maker.add(recording::SliceFree{.t = 5000, .slice = second, .teardown = false});
    maker.add(recording::StoreFree{.t = kFreed, .store = slab, .teardown = false});
    maker.add(recording::IsolateEnd{.t = 10'000, .isolate = 0, .thread = 1, .allocator = 0});
    maker.finish();
  }
  static constexpr uint64_t kFreed = 6000;
  recording::StoreId slab;
};

class PoolFacts : public ::testing::Test {
 protected:
  PoolFacts() : program_(file_.path()), loaded_(tests::loadedFrom(file_.path())), view_(selection_) {
    view_.resize(900, 700);
    view_.setRecording(loaded_);
    view_.settle();
  }
  size_t claim(std::string_view id) const {
    const auto& claims = view_.answer()->claims;
    for (size_t i = 0; i < claims.size(); ++i) {
      if (claims[i].id == id) return i;
    }
    ADD_FAILURE() << "there is no claim " << id;
    return 0;
  }
  // By the keyboard: Tab to the link, then Enter.
  void followLinkOf(size_t claim) {
    QLabel& label = view_.words(claim);
    label.setFocus();
    QTest::keyClick(&label, Qt::Key_Tab);
    QTest::keyClick(&label, Qt::Key_Return);
  }

  slabscope::tests::TemporaryFile file_;
  PoolProgram program_;
  std::shared_ptr<const Loaded> loaded_;
  Selection selection_;
  PoolFactsView view_;
};

TEST_F(PoolFacts, AreTheClaimsOfExplain) {
  const auto facts = analysis::poolFacts(loaded_->scan);
  ASSERT_TRUE(facts);
  const std::vector<analysis::Claim> expected = analysis::claimsOf(loaded_->scan, *facts);
  ASSERT_EQ(view_.answer()->claims.size(), expected.size());
  ASSERT_GT(expected.size(), 5U);
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(view_.verdict(i).text(), QString(inWords(expected[i].finding.verdict)));
    const QString shown = view_.words(i).text();
    EXPECT_TRUE(shown.contains(QString(expected[i].text).toHtmlEscaped())) << expected[i].id;
    const std::string why = analysis::lackingInWords(expected[i].finding);
    const std::string& reason = why.empty() ? expected[i].figures : why;
    EXPECT_TRUE(shown.contains(QString::fromStdString(reason).toHtmlEscaped())) << expected[i].id;
    EXPECT_EQ(shown.contains("<a href"), why.empty() && expected[i].place.has_value()) << expected[i].id;
  }
}

TEST_F(PoolFacts, AnExampleIsPickedWithItsSlabAndInstant) {
  view_.show();
  const size_t sharing = claim("sharing");
  ASSERT_TRUE(view_.answer()->claims[sharing].place);
  followLinkOf(sharing);
  EXPECT_EQ(selection_.picks().slab, program_.slab);
  ASSERT_TRUE(selection_.picks().instant);
  EXPECT_EQ(selection_.picks().instant->t, 2000U) << "when the second of the two was cut";
  const analysis::SlabLife* life = loaded_->lives.find(program_.slab);
  ASSERT_NE(life, nullptr);
  EXPECT_TRUE(life->life.aliveAt(*selection_.picks().instant));
}

TEST_F(PoolFacts, ASlabThatIsFreedIsShownAsItWasJustBefore) {
  const size_t whole = claim("whole");
  ASSERT_TRUE(view_.answer()->claims[whole].place);
  emit view_.words(whole).linkActivated("example");
  EXPECT_EQ(selection_.picks().slab, program_.slab);
  EXPECT_EQ(selection_.picks().instant->t, PoolProgram::kFreed);
  EXPECT_TRUE(loaded_->lives.find(program_.slab)->life.aliveAt(*selection_.picks().instant));
}

TEST(PoolFactsOfNothing, SayThatNothingBearsOnThem) {
  const slabscope::tests::TemporaryFile file;
  slabscope::tests::Maker maker(file.path());
  maker.finish();
  Selection selection;
  PoolFactsView view(selection);
  view.setRecording(tests::loadedFrom(file.path()));
  view.settle();
  ASSERT_NE(view.answer(), nullptr);
  for (size_t i = 0; i < view.answer()->claims.size(); ++i) {
    const analysis::Verdict verdict = view.answer()->claims[i].finding.verdict;
    EXPECT_TRUE(verdict == analysis::Verdict::kNotExercised || verdict == analysis::Verdict::kCannotTell);
  }
}

}  // namespace
}  // namespace slabscope::viewer
