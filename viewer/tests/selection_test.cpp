// SPDX-License-Identifier: GPL-3.0-or-later
#include "selection.h"

#include <gtest/gtest.h>

namespace slabscope::viewer {
namespace {

Picks withRange(uint64_t from, uint64_t until) {
  Picks picks;
  picks.range = TimeRange{from, until};
  return picks;
}

TEST(Selection, GoesBackAndForth) {
  Selection selection;
  int told = 0;
  QObject::connect(&selection, &Selection::changed, [&] { ++told; });
  selection.set(withRange(1, 5));
  selection.set(withRange(2, 4));
  selection.set(withRange(2, 4));  // no change, no step
  EXPECT_EQ(told, 2);
  selection.undo();
  EXPECT_EQ(selection.picks(), withRange(1, 5));
  selection.undo();
  EXPECT_EQ(selection.picks(), Picks{});
  EXPECT_FALSE(selection.canUndo());
  selection.redo();
  selection.redo();
  EXPECT_EQ(selection.picks(), withRange(2, 4));
  EXPECT_FALSE(selection.canRedo());
  selection.undo();
  selection.set(withRange(3, 9));
  EXPECT_FALSE(selection.canRedo()) << "another way was taken";
}

TEST(Selection, TakesAGestureForOneStep) {
  Selection selection;
  selection.set(withRange(0, 100));
  for (uint64_t i = 1; i < 10; ++i) selection.follow(withRange(i, 100 - i));
  selection.endGesture();
  EXPECT_EQ(selection.picks(), withRange(9, 91));
  selection.follow(withRange(20, 30));
  selection.undo();
  EXPECT_EQ(selection.picks(), withRange(9, 91));
  selection.undo();
  EXPECT_EQ(selection.picks(), withRange(0, 100));
}

TEST(Selection, TakesAnotherThingForAnotherGesture) {
  Selection selection;
  selection.follow(withRange(1, 9));
  selection.follow(withRange(2, 8));
  Picks picks = withRange(2, 8);
  picks.instant = analysis::Instant{5};
  selection.follow(picks);
  selection.undo();
  EXPECT_EQ(selection.picks(), withRange(2, 8));
  selection.undo();
  EXPECT_EQ(selection.picks(), Picks{});
}

}  // namespace
}  // namespace slabscope::viewer
