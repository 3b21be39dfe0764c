// SPDX-License-Identifier: GPL-3.0-or-later
// What the Callers view writes around its picture and its tree.
#include <QPainter>

#include "callers_view.h"
#include "painting.h"
#include "slabscope/analysis/caller_words.h"
#include "slabscope/analysis/words.h"
#include "words.h"

namespace slabscope::viewer {
QString CallersView::line() const {
  const recording::Nanoseconds at = std::min(shownInstant().t, recording()->scan.duration);
  const analysis::Scan& scan = recording()->scan;
  QString words;
  if (picks().range) {
    words = tr("allocated from %1 to %2").arg(timeText(picks().range->from), timeText(picks().range->until));
  } else if (scan.hasDropped()) {
    words = tr("allocated from %1 to %2, and what was alive before")
                .arg(timeText(scan.header.dropped.until), timeText(at));
  } else {
    words = tr("allocated up to %1").arg(timeText(at));
  }
  words += tr(", held at %1").arg(timeText(at));
  if (answer_ == nullptr || answer_->table == nullptr) return words;
  words += tr(": %1").arg(bytes(answer_->table->total.held_bytes));
  if (answer_->table->unknown_held_bytes != 0)
    words += (scan.knowsSlices() ? tr(", and %1 in slabs without a live slice")
                                 : tr(", and %1 in slabs whose holders are not known"))
                 .arg(bytes(answer_->table->unknown_held_bytes));
  if (recording()->scan.header.stack_depth == 0) words += tr(" · callers were not recorded (--stacks=off)");
  return words;
}

QString CallersView::emptiness() const {
  if (lookup_.isBusy() || answer_ == nullptr) return tr("Reading…");
  if (!answer_->trouble.isEmpty()) return answer_->trouble;
  return picks().range ? tr("Nothing was allocated in the picked range, and nothing is held: show all of the "
                            "time again.")
                       : tr("Nothing has been allocated up to this instant.");
}

void CallersView::paint(QPainter& painter) {
  paintHeading(painter, theme(), rect(), tr("Callers"), recording()->title() + " · " + line());
  if (answer_ == nullptr || answer_->tree.nodes.empty()) {
    paintEmpty(painter, theme(), QRectF(rect()).adjusted(0, kHeading, 0, 0), emptiness());
    return;
  }
  std::vector<LegendItem> items;
  const FlameGraph::Kinds kinds = flames_->kindsInSight();
  if (kinds.program)
    items.push_back(
        {.colour = flames_->plainColour(true), .text = tr("the program and its packages"), .in_full = true});
  if (kinds.other)
    items.push_back(
        {.colour = flames_->plainColour(false), .text = tr("Node and machine code"), .in_full = true});
  for (const int rank : kinds.ranks) {
    const recording::FrameId caller = recording()->callers[static_cast<size_t>(rank)];
    items.push_back({colourOf(caller), QString::fromStdString(analysis::callerInWords(
                                           recording()->scan, caller, shown_.grouping))});
  }
  paintLegend(painter, theme(), legend_->geometry(), items);
}

}  // namespace slabscope::viewer
