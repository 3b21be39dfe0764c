// SPDX-License-Identifier: GPL-3.0-or-later
#include "selection.h"

namespace slabscope::viewer {

namespace {

// Which parts of the picks differ, as bits.
unsigned difference(const Picks& a, const Picks& b) {
  return (a.range != b.range ? 1U : 0U) | (a.instant != b.instant ? 2U : 0U) | (a.slab != b.slab ? 4U : 0U) |
         (a.caller != b.caller ? 8U : 0U);
}

}  // namespace

void Selection::become(const Picks& picks) {
  current_ = picks;
  emit changed();
}

void Selection::set(const Picks& picks) {
  in_gesture_ = false;
  if (picks == current_) return;
  past_.push_back(current_);
  future_.clear();
  become(picks);
}

void Selection::follow(const Picks& picks) {
  if (picks == current_) return;
  // A gesture changes one thing: what changes another is the next one.
  if (!in_gesture_ || past_.empty() || difference(past_.back(), current_) != difference(current_, picks)) {
    set(picks);
    in_gesture_ = true;
    return;
  }
  become(picks);
}

void Selection::undo() {
  if (past_.empty()) return;
  in_gesture_ = false;
  future_.push_back(current_);
  const Picks back = past_.back();
  past_.pop_back();
  become(back);
}

void Selection::redo() {
  if (future_.empty()) return;
  in_gesture_ = false;
  past_.push_back(current_);
  const Picks forth = future_.back();
  future_.pop_back();
  become(forth);
}

void Selection::reset() {
  past_.clear();
  future_.clear();
  in_gesture_ = false;
  become({});
}

}  // namespace slabscope::viewer
